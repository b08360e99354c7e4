use super::{Object, Who};

const PAGE: &str = include_str!("../../../docs/access.md");

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// This status; of a list that was asked for something, with something in it.
    Status(u16),
    /// A list with nothing in it.
    Empty,
}

impl Word {
    fn parse(text: &str) -> Self {
        if text == "none" { Self::Empty } else { Self::Status(text.parse().expect("a word is a status, or none")) }
    }

    /// The status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Status(status) => status,
            Self::Empty => 200,
        }
    }

    /// Whether the caller gets what they asked for.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Status(..400))
    }
}

/// A request, and what everybody is answered.
#[derive(Clone, Debug)]
pub struct Row {
    /// Method and path, with `{id}` for an id.
    pub route: String,
    /// What the own, another's or missing thing is, where that is not the path's: a member of the body or the query, or a
    /// state.
    pub about: Option<String>,
    cells: [[Word; 3]; 5],
}

impl Row {
    /// As it stands in the table.
    pub fn name(&self) -> String {
        self.about.as_ref().map_or_else(|| self.route.clone(), |about| format!("{}, {about}", self.route))
    }

    /// The method.
    pub fn method(&self) -> &str {
        self.route.split(' ').next().unwrap_or_default()
    }

    /// The path, with `{id}` for an id.
    pub fn path(&self) -> &str {
        self.route.split(' ').nth(1).unwrap_or_default()
    }

    /// Which things the request may be about.
    pub fn objects(&self) -> &'static [Object] {
        let has_one = self.about.is_some() || ["{id}", "{code}"].iter().any(|id| self.route.contains(id));
        if has_one { &Object::ALL } else { &[Object::Own] }
    }

    /// What is answered.
    pub fn expected(&self, who: Who, object: Object) -> Word {
        let column = Who::ALL.iter().position(|other| *other == who).expect("everybody has a column");
        let word = Object::ALL.iter().position(|other| *other == object).expect("every object has a word");
        self.cells[column][word]
    }

    /// Whether what is another's must look to them as if it were not there.
    pub fn hides(&self, who: Who) -> bool {
        let [others, missing] = [Object::Others, Object::Missing].map(|object| self.expected(who, object));
        self.objects().len() == 3 && others == missing && (others == Word::Empty || !others.is_success())
    }

    fn parse(line: &str) -> Option<Self> {
        let mut cells = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim);
        let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        let (route, about) = match name.split_once(", ") {
            Some((route, about)) => (route, Some(about.to_owned())),
            None => (name, None),
        };
        let cells: Vec<[Word; 3]> = cells.map(words).collect();
        let cells = cells.try_into().unwrap_or_else(|_| panic!("{name}: everybody has a column"));
        Some(Self { route: route.to_owned(), about, cells })
    }
}

/// One word holds for every object.
fn words(cell: &str) -> [Word; 3] {
    match cell.split(' ').map(Word::parse).collect::<Vec<_>>().as_slice() {
        [all] => [*all; 3],
        [own, others, missing] => [*own, *others, *missing],
        _ => panic!("{cell}: one word, or three"),
    }
}

/// The table of docs/access.md.
pub fn rows() -> Vec<Row> {
    let rows: Vec<Row> = PAGE.lines().filter_map(Row::parse).collect();
    assert!(60 <= rows.len(), "only {} rows are in docs/access.md", rows.len());
    rows
}
