//! The folder of `.eml` files. They are named by job ID, which sorts by time; the newest 500 are kept.

use std::path::PathBuf;

use entity::JobId;

use super::letter::PreviewedMail;

/// How many mails are kept.
const KEPT: usize = 500;

pub(super) struct Store {
    folder: PathBuf,
}

impl Store {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// One message as written.
    pub(super) async fn read(&self, id: JobId) -> Option<Vec<u8>> {
        tokio::fs::read(self.folder.join(format!("{id}.eml"))).await.ok()
    }

    /// Every kept mail, newest first. Deletes older ones.
    pub(super) async fn newest(&self) -> Vec<PreviewedMail> {
        let folder = self.folder.clone();
        let mails = tokio::task::spawn_blocking(move || {
            let mut ids: Vec<JobId> = std::fs::read_dir(&folder)
                .into_iter()
                .flatten()
                .filter_map(|entry| id_of(entry.ok()?.file_name().to_str()?))
                .collect();
            ids.sort_unstable_by(|a, b| b.cmp(a));
            for old in ids.drain(KEPT.min(ids.len())..) {
                // If this fails, another listing deleted the file already, or the next one will.
                let _ = std::fs::remove_file(folder.join(format!("{old}.eml")));
            }
            ids.into_iter()
                .filter_map(|id| {
                    PreviewedMail::parse(id, &std::fs::read(folder.join(format!("{id}.eml"))).ok()?)
                })
                .collect()
        });
        mails.await.unwrap_or_default()
    }
}

/// Files that are still being written start with a dot, so their names are no IDs.
fn id_of(name: &str) -> Option<JobId> {
    name.strip_suffix(".eml")?.parse().ok()
}
