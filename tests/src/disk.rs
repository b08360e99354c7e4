//! Disks that lose power, and disks that are full. They are mounted where `tests/with-disks` says, in a namespace that
//! takes them along when it ends.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// How much fits on a [`Disk`]; what is not used takes no room.
const DISK_MB: u32 = 512;

/// How much fits where its images lie.
const IMAGES_MB: u32 = 2048;

/// Full means that not even so many bytes can be added.
const BYTES_LEFT_MAX: usize = 4096;

/// A disk of which the state at any moment can be kept: ext4 in an image on btrfs, which copies a file at once.
///
/// The copy has what the disk was given by then; what the system had yet to write is lost, as in a power cut.
#[derive(Debug)]
pub struct Disk {
    mount: Option<Mount>,
    images: Mount,
    _folder: TempDir,
}

impl Disk {
    /// An empty one. Only root can make it.
    pub fn new() -> Self {
        let folder = folder();
        let btrfs = folder.path().join("btrfs");
        make_image(&btrfs, IMAGES_MB);
        run("mkfs.btrfs", &["-q", text(&btrfs)]);
        let images = Mount::image(&btrfs, folder.path().join("images"));
        let image = images.path.join("now");
        make_image(&image, DISK_MB);
        // What a file system puts off until it is mounted would be written during a test.
        run("mkfs.ext4", &["-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", text(&image)]);
        let mount = Mount::image(&image, folder.path().join("disk"));
        Self { mount: Some(mount), images, _folder: folder }
    }

    /// Where its files are.
    pub fn path(&self) -> &Path {
        &self.mount.as_ref().expect("it is mounted but while power comes back").path
    }

    /// Has everything written, as time would.
    pub fn settle(&self) {
        run("sync", &["--file-system", text(self.path())]);
    }

    /// Keeps the state of this moment.
    pub fn lose_power(&self) {
        let [now, then] = self.states();
        run("cp", &["--reflink=always", text(&now), text(&then)]);
    }

    /// Makes everything as it was when power was lost. Nobody may have a file open.
    pub fn come_back(&mut self) {
        let [now, then] = self.states();
        let path = self.path().to_owned();
        drop(self.mount.take());
        fs::rename(then, &now).expect("power was lost");
        self.mount = Some(Mount::image(&now, path));
    }

    fn states(&self) -> [PathBuf; 2] {
        ["now", "then"].map(|name| self.images.path.join(name))
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self::new()
    }
}

/// A disk that is soon full.
#[derive(Debug)]
pub struct SmallDisk {
    mount: Mount,
    _folder: TempDir,
}

impl SmallDisk {
    /// An empty one.
    pub fn new(megabytes: u32) -> Self {
        let folder = folder();
        let options = format!("size={megabytes}m");
        let mount = Mount::new(&["-t", "tmpfs", "-o", &options, "slotkeeper"], folder.path().join("disk"));
        Self { mount, _folder: folder }
    }

    /// Where its files are.
    pub fn path(&self) -> &Path {
        &self.mount.path
    }

    /// Takes all the room that is left.
    pub fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.filling()).expect("a file can be made");
        for size in [1 << 20, BYTES_LEFT_MAX] {
            let bytes = vec![0; size];
            while file.write_all(&bytes).is_ok() {}
        }
    }

    /// Gives it back.
    pub fn make_room(&self) {
        fs::remove_file(self.filling()).expect("it was filled");
    }

    fn filling(&self) -> PathBuf {
        self.mount.path.join("filling")
    }
}

/// A mounted file system.
#[derive(Debug)]
struct Mount {
    path: PathBuf,
}

impl Mount {
    fn image(image: &Path, path: PathBuf) -> Self {
        Self::new(&["-o", "loop", text(image)], path)
    }

    fn new(what: &[&str], path: PathBuf) -> Self {
        fs::create_dir_all(&path).expect("a folder can be made");
        run("mount", &[what, &[text(&path)]].concat());
        Self { path }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Somebody may still have a file open where a test has failed.
        let lazily = if std::thread::panicking() { ["--lazy"].as_slice() } else { &[] };
        let path = text(&self.path).to_owned();
        run("umount", &[lazily, &[&path]].concat());
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests are told where they may mount disks")]
fn folder() -> TempDir {
    let disks = std::env::var("SLOTKEEPER_TEST_DISKS")
        .expect("SLOTKEEPER_TEST_DISKS says where disks may be mounted: run through `tests/with-disks`");
    TempDir::new_in(disks).expect("a folder can be made")
}

fn make_image(path: &Path, megabytes: u32) {
    let file = File::create_new(path).expect("an image can be made");
    file.set_len(u64::from(megabytes) << 20).expect("an image takes no room yet");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are texts")
}

fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {told}", arguments.join(" "));
}
