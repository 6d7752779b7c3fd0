//! Files and folders of ours are for the user we run as, and for nobody else: they hold people's data, the key that opens them, and
//! mails. A folder that was there before us keeps its mode, because it may hold more than ours.

use std::{
    ffi::OsString,
    fs::{DirBuilder, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The folder we make beside us when no setting names another; it is ours whoever made it.
pub const DEFAULT_FOLDER: &str = "accord-data";

/// Makes a folder, and those above it that are missing, for our user only.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if folder.file_name().is_some_and(|name| name == DEFAULT_FOLDER) {
        close_to_others(folder)
    } else {
        Ok(())
    }
}

/// Makes a folder that is ours also when it is there already.
pub fn make_own_folder(folder: &Path) -> io::Result<()> {
    make_folder(folder)?;
    close_to_others(folder)
}

/// Opens a file to write on, made for our user only when it is not there.
pub fn make_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// Makes the file of an embedded database, its folder with it. `SQLite` gives what it puts beside the file the same mode.
pub fn make_database(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    make_file(path)?;
    for ending in ["", "-wal", "-shm"] {
        let mut beside = OsString::from(path);
        beside.push(ending);
        close_to_others(&PathBuf::from(beside))?;
    }
    Ok(())
}

/// Takes from group and others what they may do. What is not there, or is another user's, stays as it is.
fn close_to_others(path: &Path) -> io::Result<()> {
    let mode = match path.metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found?.permissions().mode() & 0o777,
    };
    let own = mode & 0o700;
    if mode == own {
        return Ok(());
    }
    match std::fs::set_permissions(path, Permissions::from_mode(own)) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        set => set,
    }
}

/// That we cannot write there, and what to do. `place` says by which setting the operator chose it.
#[must_use]
pub fn not_writable(path: &Path, error: &io::Error, place: &str) -> String {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    format!(
        "cannot write {} ({error}): let the user that runs Accord write there, or name another place with {place}",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_we_make_is_closed_to_others_and_a_folder_that_was_there_keeps_its_mode() {
        let theirs = tempfile::tempdir().unwrap();
        std::fs::set_permissions(theirs.path(), Permissions::from_mode(0o755)).unwrap();
        let database = theirs.path().join("new/deeper/accord.db");
        make_database(&database).unwrap();
        assert_eq!(
            [
                mode(theirs.path()),
                mode(&theirs.path().join("new")),
                mode(database.parent().unwrap()),
                mode(&database)
            ],
            [0o755, 0o700, 0o700, 0o600]
        );
        make_database(&theirs.path().join("accord.db")).unwrap();
        assert_eq!(mode(theirs.path()), 0o755);
    }

    #[test]
    fn what_an_earlier_version_left_open_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join(DEFAULT_FOLDER);
        std::fs::create_dir_all(own.join("mailbox")).unwrap();
        for name in ["accord.db", "accord.db-wal", "accord.db-shm"] {
            std::fs::write(own.join(name), "kept").unwrap();
            std::fs::set_permissions(own.join(name), Permissions::from_mode(0o644)).unwrap();
        }
        for folder in [own.clone(), own.join("mailbox")] {
            std::fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        }
        make_database(&own.join("accord.db")).unwrap();
        make_own_folder(&own.join("mailbox")).unwrap();
        for name in ["accord.db", "accord.db-wal", "accord.db-shm"] {
            assert_eq!(
                (mode(&own.join(name)), std::fs::read_to_string(own.join(name)).unwrap().as_str()),
                (0o600, "kept"),
                "{name}"
            );
        }
        assert_eq!((mode(&own), mode(&own.join("mailbox"))), (0o700, 0o700));
    }
}
