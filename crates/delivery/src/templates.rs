//! What messages look like: templates inside the program, each of which a file of the same name may replace.

use std::path::Path;

use minijinja::{Environment, UndefinedBehavior};
use thiserror::Error;

use crate::rendering::render;
use crate::sample;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        /// Every template: its name and its text.
        const TEMPLATES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../templates/", $name)))),*];
    };
}

templates!(
    "layout.html",
    "visit.txt",
    "visit.html",
    "brief.txt",
    "brief.html",
    "who.txt",
    "changes.txt",
    "changes.html",
    "verify_email.subject",
    "verify_email.txt",
    "verify_email.html",
    "reset_password.subject",
    "reset_password.txt",
    "reset_password.html",
    "invitation.subject",
    "invitation.txt",
    "invitation.html",
    "booked.subject",
    "booked.txt",
    "booked.html",
    "pending.subject",
    "pending.txt",
    "pending.html",
    "confirmed.subject",
    "confirmed.txt",
    "confirmed.html",
    "refused.subject",
    "refused.txt",
    "refused.html",
    "moved.subject",
    "moved.txt",
    "moved.html",
    "cancelled.subject",
    "cancelled.txt",
    "cancelled.html",
);

/// What is wrong with the templates of an installation, one line each.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the templates cannot be used:\n  {}", .0.join("\n  "))]
pub struct TemplateMistakes(pub Vec<String>);

/// Templates that are known to render every kind of message.
#[derive(Debug)]
pub struct Templates(Environment<'static>);

impl Templates {
    /// The program's own templates, with those replaced that the folder has a file for.
    ///
    /// # Errors
    /// Everything that is wrong with the files: names that no template has, what cannot be read or parsed, and what does
    /// not render a sample of each message.
    pub fn load(folder: Option<&Path>) -> Result<Self, TemplateMistakes> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut mistakes = Vec::new();
        for (name, text) in TEMPLATES {
            let added = environment.add_template(name, text);
            mistakes.extend(added.err().map(|error| format!("{name}: {error}")));
        }
        for file in folder.map(|folder| files(folder, &mut mistakes)).unwrap_or_default() {
            let added = environment.add_template_owned(file.name.clone(), file.text);
            mistakes.extend(added.err().map(|error| format!("{}: {error}", file.name)));
        }
        let templates = Self(environment);
        if mistakes.is_empty() {
            let rendered = sample::letters().into_iter().map(|letter| render(&templates, &letter));
            mistakes.extend(rendered.filter_map(|rendered| rendered.err().map(|error| error.to_string())));
            mistakes.dedup();
        }
        if mistakes.is_empty() { Ok(templates) } else { Err(TemplateMistakes(mistakes)) }
    }

    pub(crate) const fn environment(&self) -> &Environment<'static> {
        &self.0
    }
}

struct File {
    name: String,
    text: String,
}

/// The files of the folder that are templates; hidden ones are somebody else's.
fn files(folder: &Path, mistakes: &mut Vec<String>) -> Vec<File> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            mistakes.push(format!("{}: {error}", folder.display()));
            return Vec::new();
        }
    };
    let mut files = Vec::new();
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        if !TEMPLATES.iter().any(|(known, _)| *known == name) {
            mistakes.push(format!("{}: there is no such template", path.display()));
            continue;
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => files.push(File { name, text }),
            Err(error) => mistakes.push(format!("{}: {error}", path.display())),
        }
    }
    mistakes.sort_unstable();
    files
}
