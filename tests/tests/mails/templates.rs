//! Templates that an installation replaces.

use std::fs;

use acceptance::{Data, Engine, Server, program, wait};

use crate::letters::read;

#[test]
fn a_file_replaces_a_template() {
    let data = Data::new(Engine::Sqlite);
    let folder = data.folder().join("templates");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("booked.subject"), "Bis bald in der {{ clinic }}!").unwrap();
    let path = folder.display().to_string();
    let server = Server::start_on(&data, &[("templates_dir", &path), ("clinic_name", "Klinik am Fluß")]);
    let (doctor, ada) = (server.doctor(), server.patient());
    ada.book(&doctor.publish_row(3, 1)[0]);
    let files = || fs::read_dir(data.folder().join("mail")).into_iter().flatten().flatten().map(|file| file.path());
    let is_mail = |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "eml");
    let mail = wait::until("a mail", || files().find(is_mail));
    assert_eq!(read(&fs::read(mail).unwrap()).subject, "Bis bald in der Klinik am Fluß!");
}

#[test]
fn nothing_is_started_with_a_template_that_is_broken() {
    let data = Data::new(Engine::Sqlite);
    let folder = data.folder().join("templates");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("booked.txt"), "{{ diagnosis }}").unwrap();
    fs::write(folder.join("boked.txt"), "x").unwrap();
    for (text, part) in [("x", "boked.txt: there is no such template"), ("", "booked.txt")] {
        if text.is_empty() {
            fs::remove_file(folder.join("boked.txt")).unwrap();
        }
        let mut command = data.command();
        command.arg("serve").env("SLOTKEEPER_TEMPLATES_DIR", &folder);
        let ended = program::run(command, "");
        assert_eq!(ended.code, Some(2), "{ended:#?}");
        assert!(ended.stderr.contains(part), "{ended:#?}");
    }
}
