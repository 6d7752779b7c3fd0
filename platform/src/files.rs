//! Creates our files and folders so that only the user Accord runs as can read them: they hold personal data,
//! the key that decrypts it, and mails. A folder that already existed keeps its mode, because it may hold
//! other files too.

use std::{
    ffi::OsString,
    fs::{DirBuilder, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The folder that is created when no setting names another. It is ours even if somebody else created it.
pub const DEFAULT_FOLDER: &str = "accord-data";

/// Creates a folder and its missing parents, accessible to our user only.
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

/// Creates a folder, or restricts it to our user if it already exists.
pub fn make_own_folder(folder: &Path) -> io::Result<()> {
    make_folder(folder)?;
    close_to_others(folder)
}

/// Opens a file for appending; creates it for our user only if it is missing.
pub fn make_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// Creates the file of an embedded database and its folder. SQLite gives the files beside it the same mode.
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

/// Removes the permissions of group and others. A path that is missing or belongs to another user stays as it
/// is.
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

/// The error message for a path that cannot be written, with what to do. `place` is the setting that chooses
/// the path.
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
