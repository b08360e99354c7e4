//! Figures that were measured, and whether they are what was hoped for.

use std::fmt::Write;

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
    /// This.
    Exactly(f64),
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// How much it is.
    pub value: f64,
    /// Of what: `ms`, `MB`, `/s`; empty for ratios and counts.
    pub unit: &'static str,
    /// What it should be, where that was promised.
    pub goal: Option<Goal>,
}

impl Figure {
    /// One that should be nothing in particular.
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { what: what.into(), value, unit, goal: None }
    }

    /// The same, with a goal.
    #[must_use]
    pub fn should_be(self, goal: Goal) -> Self {
        Self { goal: Some(goal), ..self }
    }

    /// Whether it is what it should be; not a number is nothing.
    pub fn is_reached(&self) -> Option<bool> {
        self.goal.map(|goal| match goal {
            Goal::AtMost(most) => self.value <= most,
            Goal::AtLeast(least) => least <= self.value,
            Goal::Exactly(count) => self.value.total_cmp(&count).is_eq(),
        })
    }

    fn cells(&self) -> [String; 4] {
        let goal = match self.goal {
            None => String::new(),
            Some(Goal::AtMost(most)) => format!("≤ {}", amount(most, self.unit)),
            Some(Goal::AtLeast(least)) => format!("≥ {}", amount(least, self.unit)),
            Some(Goal::Exactly(count)) => amount(count, self.unit),
        };
        let reached = self.is_reached().map_or("", |reached| if reached { "yes" } else { "**no**" });
        [self.what.clone(), amount(self.value, self.unit), goal, reached.to_owned()]
    }
}

/// A number with no more digits than a measurement has, and its unit.
fn amount(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        _ if value.fract() == 0.0 => 0,
        size if 100.0 <= size => 0,
        size if 10.0 <= size => 1,
        _ => 2,
    };
    format!("{value:.digits$} {unit}").trim_end().to_owned()
}

/// The figures as a table in Markdown, its columns in line.
pub fn table(figures: &[Figure]) -> String {
    let head = ["what", "figure", "goal", "reached"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(figures.iter().map(Figure::cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let [what, figure, goal, reached] = [0, 1, 2, 3].map(width);
    let mut table = String::new();
    for (number, row) in rows.iter().enumerate() {
        let [a, b, c, d] = row;
        let _ = writeln!(table, "| {a:what$} | {b:>figure$} | {c:>goal$} | {d:reached$} |");
        if number == 0 {
            let [what, reached] = [what, reached].map(|width| "-".repeat(width));
            let [figure, goal] = [figure, goal].map(|width| "-".repeat(width.saturating_sub(1)));
            let _ = writeln!(table, "| {what} | {figure}: | {goal}: | {reached} |");
        }
    }
    table
}

/// The one in the middle; of two, the mean. Not a number when there is none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.as_slice() {
        [] => f64::NAN,
        odd if odd.len() % 2 == 1 => odd[half],
        even => f64::midpoint(even[half - 1], even[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_reached_at_its_border() {
        let reached = |value, goal| Figure::new("", value, "").should_be(goal).is_reached();
        assert_eq!(reached(2.0, Goal::AtMost(2.0)), Some(true));
        assert_eq!(reached(2.1, Goal::AtMost(2.0)), Some(false));
        assert_eq!(reached(2.0, Goal::AtLeast(2.0)), Some(true));
        assert_eq!(reached(1.9, Goal::AtLeast(2.0)), Some(false));
        assert_eq!(reached(100.0, Goal::Exactly(100.0)), Some(true));
        assert_eq!(reached(101.0, Goal::Exactly(100.0)), Some(false));
        assert_eq!(Figure::new("", 1.0, "").is_reached(), None);
    }

    #[test]
    fn what_could_not_be_measured_reaches_nothing() {
        for goal in [Goal::AtMost(1.0), Goal::AtLeast(1.0), Goal::Exactly(1.0)] {
            assert_eq!(Figure::new("", f64::NAN, "").should_be(goal).is_reached(), Some(false));
        }
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!(median(&[]).is_nan());
        assert_eq!(median(&[3.0, 1.0, 2.0]).total_cmp(&2.0), std::cmp::Ordering::Equal);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]).total_cmp(&2.5), std::cmp::Ordering::Equal);
    }

    #[test]
    fn a_table_says_what_was_reached() {
        let figures = [
            Figure::new("bookings", 1234.56, "/s"),
            Figure::new("p99", 12.345, "ms").should_be(Goal::AtMost(12.0)),
            Figure::new("ratio", 0.5, "").should_be(Goal::AtLeast(0.25)),
        ];
        let expected = "\
| what     |  figure |    goal | reached |
| -------- | ------: | ------: | ------- |
| bookings | 1235 /s |         |         |
| p99      | 12.3 ms | ≤ 12 ms | **no**  |
| ratio    |    0.50 |  ≥ 0.25 | yes     |
";
        assert_eq!(table(&figures), expected);
    }
}
