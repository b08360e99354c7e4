//! What the parts have in common.

use acceptance::Engine;
use acceptance::figures::Figure;

/// Both engines, as they are called in the table.
pub(crate) const ENGINES: [(Engine, &str); 2] = [(Engine::Sqlite, "SQLite"), (Engine::MariaDb, "MariaDB")];

/// Interleaved runs of each thing that is compared; their median counts.
pub(crate) const ROUNDS: usize = 3;

/// What a part measured.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) figures: Vec<Figure>,
    pub(crate) plots: Vec<Plot>,
}

impl Part {
    pub(crate) fn add(&mut self, figure: Figure) {
        println!("  {}: {:.2} {}", figure.what, figure.value, figure.unit);
        self.figures.push(figure);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.figures.extend(other.figures);
        self.plots.extend(other.plots);
    }
}

/// A picture of figures.
#[derive(Debug)]
pub(crate) enum Plot {
    /// One bar for each.
    Bars { name: String, title: String, bars: Vec<(String, f64)> },
    /// Delays in milliseconds by percentile, one line for each.
    Delays { name: String, title: String, lines: Vec<(String, Vec<(f64, f64)>)> },
}
