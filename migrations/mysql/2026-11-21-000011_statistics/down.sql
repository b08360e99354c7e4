-- InnoDB keeps its statistics itself.
DO 0;
