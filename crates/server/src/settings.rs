//! Settings that an administrator can change while the server runs, from the command line.

use std::io::Write;

use application::App;
use application::settings::{Installed, SETTINGS, Setting, SettingEdit, setting};

use crate::failure::Failure;

/// Prints every setting, one a line.
pub(crate) fn show(app: &App) -> Result<(), Failure> {
    let installed = app.installed_settings()?;
    // Not `println!`, which panics when nobody reads to the end.
    let mut out = std::io::stdout().lock();
    for setting in &SETTINGS {
        writeln!(out, "{}", line(setting, &installed))?;
    }
    Ok(())
}

/// The wish to set this, or to have it as the configuration says.
pub(crate) fn edit(name: &str, value: Option<&str>) -> Result<SettingEdit, Failure> {
    let bad = |reason| Failure::Setting { name: name.to_owned(), reason };
    let setting =
        setting(name).ok_or_else(|| bad("there is no such setting; `settings show` lists them".to_owned()))?;
    match value {
        None => Ok(setting.reset()),
        Some(value) => setting.to(value).ok_or_else(|| bad(format!("it must be {}", setting.shape))),
    }
}

/// Stores it, and prints what it is now.
pub(crate) fn store(app: &App, edit: SettingEdit) -> Result<(), Failure> {
    let setting = edit.setting();
    let installed = app.install_setting(edit)?;
    println!("{}", line(setting, &installed));
    Ok(())
}

fn line(setting: &Setting, installed: &Installed) -> String {
    let origin = if installed.is_stored(setting) { "stored" } else { "configured" };
    format!("{} = {}  ({origin}; {})", setting.name, setting.print(&installed.settings), setting.about)
}
