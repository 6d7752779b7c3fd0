//! The job that builds a package. If its contact is erased meanwhile it ends quietly. A second run begins
//! anew.

use std::io::Write;

use chrono::{Datelike, Timelike};
use entity::{PackageKind, PackageState, package};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use zip::{ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use super::{
    LIFE,
    collect::{Kind, Person, SHAPES, Shape},
    files::{self, about::About},
    parts::{Parts, Sink, lock_building},
    payloads::{BuildPackage, SendPackageReady, SendTransferLink},
    portable::Choice,
};
use crate::{
    app::App,
    consent::evidence::load_key,
    error::{Error, Result},
    platform::{
        actor::Actor,
        outbox::{JobResult, Outcome, Run},
        work::Entry,
    },
    privacy::{proofs::receipts_of_person, requests::fulfil_request},
};

/// Builds it and says so to whom it is for.
///
/// # Errors
/// `Busy` when the database is unreachable; the job is retried.
pub async fn build_package(app: &App, run: &Run, job: &BuildPackage) -> JobResult {
    let row = package::Entity::find_by_id((job.workspace, job.package)).one(app.db()).await?;
    let Some(row) = row.filter(|row| row.state == PackageState::Building) else { return Ok(Outcome::Done) };
    let Some(person) = Person::read(app, job.workspace, row.contact_id).await? else {
        return Ok(Outcome::Done);
    };
    let Some(key) = load_key(app.db(), &app.vault, job.workspace, row.data_key_id).await? else {
        return Ok(Outcome::Done);
    };
    let choice = match row.kind {
        PackageKind::Access => Choice::Access,
        PackageKind::Portability => {
            Choice::portable(&person, job.transfer.as_ref().map(|passing| passing.scope.clone())).await?
        }
    };
    let parts = Parts::begin(app, &row, key).await?;
    let parts = Box::pin(write_all(app, &person, &choice, &row, parts)).await?;
    if parts.gone {
        return Ok(Outcome::Done);
    }
    let mut work = app.begin(job.workspace, Actor::System).await?;
    let Some(row) = lock_building(&work, job.package).await? else { return Ok(Outcome::Done) };
    let (contact, request) = (row.contact_id, row.request_id);
    let mut update = row.into_active_model();
    update.state = Set(PackageState::Ready);
    update.bytes = Set(parts.bytes);
    update.sha256 = Set(Some(parts.sha256()));
    update.built_at = Set(Some(work.now()));
    update.expires_at = Set(work.now() + LIFE);
    package::Entity::update(update).exec(work.db()).await?;
    let entry = Entry::new("package.built").about(contact).on(job.package).with("bytes", parts.bytes);
    work.record(entry);
    if let Some(request) = request {
        match fulfil_request(&mut work, &app.vault, request).await {
            // It was closed meanwhile: the copy is theirs all the same.
            Ok(_) | Err(Error::NotFound | Error::Rejected(_)) => {}
            Err(error) => return Err(error),
        }
    }
    match &job.transfer {
        None => work.enqueue(&SendPackageReady { workspace: job.workspace, package: job.package })?,
        Some(passing) => {
            work.enqueue(&SendTransferLink { workspace: job.workspace, transfer: passing.transfer })?
        }
    };
    work.finish(run).await?;
    work.commit().await?;
    Ok(Outcome::Finished)
}

/// A zip file on its way into parts.
struct Zip {
    writer: ZipWriter<StreamWriter<Sink>>,
    sink: Sink,
    options: SimpleFileOptions,
}

impl Zip {
    fn new(row: &package::Model) -> Self {
        let (sink, at) = (Sink::default(), row.created_at);
        let number = |value: u32| u8::try_from(value).unwrap_or_default();
        let made = zip::DateTime::from_date_and_time(
            u16::try_from(at.year()).unwrap_or(1980),
            number(at.month()),
            number(at.day()),
            number(at.hour()),
            number(at.minute()),
            number(at.second()),
        );
        let options = SimpleFileOptions::default().last_modified_time(made.unwrap_or_default());
        Self { writer: ZipWriter::new_stream(sink.clone()), sink, options }
    }

    fn file(&mut self, name: &str) -> Result<()> {
        self.writer
            .start_file(name, self.options)
            .map_err(|_| Error::internal("a zip file could not be written"))
    }

    async fn write(&mut self, text: &str, parts: &mut Parts<'_>) -> Result<()> {
        let written = self.writer.write_all(text.as_bytes());
        written.map_err(|_| Error::internal("a zip file could not be written"))?;
        parts.absorb(&self.sink).await
    }

    async fn finish(self, parts: Parts<'_>) -> Result<Parts<'_>> {
        let Self { writer, sink, .. } = self;
        writer.finish().map_err(|_| Error::internal("a zip file could not be written"))?;
        parts.finish(&sink).await
    }
}

async fn write_all<'a>(
    app: &App,
    person: &Person<'_>,
    choice: &Choice,
    row: &package::Model,
    mut parts: Parts<'a>,
) -> Result<Parts<'a>> {
    let mut zip = Zip::new(row);
    let shapes: Vec<&Shape> = SHAPES.iter().filter(|shape| choice.has(shape)).collect();
    let about = About::of(app, person, &shapes, choice).await?;
    let out = Out { app, person, choice };
    out.page(&mut zip, &mut parts, row, &about, &shapes).await?;
    out.json(&mut zip, &mut parts, row, &about, &shapes).await?;
    zip.file("schema.json")?;
    zip.write(&serde_json::to_string_pretty(&files::schema::schema())?, &mut parts).await?;
    for shape in &shapes {
        out.csv(&mut zip, &mut parts, shape).await?;
    }
    zip.file("contact.vcf")?;
    let mut known = person.all(Kind::Value).await?;
    known.extend(person.all(Kind::Address).await?);
    known.retain(|record| choice.takes(record));
    zip.write(
        &files::vcard(person.contact.id.0, &person.contact.language, row.created_at, &known),
        &mut parts,
    )
    .await?;
    let consents: Vec<String> = if shapes.iter().any(|shape| shape.kind == Kind::Consent) {
        out.receipts().await?
    } else {
        Vec::new()
    };
    if !consents.is_empty() {
        zip.file("consent-receipts.jsonld")?;
        zip.write(&format!("[{}]\n", consents.join(",\n")), &mut parts).await?;
    }
    zip.finish(parts).await
}

/// What the files of one package are written from.
struct Out<'a> {
    app: &'a App,
    person: &'a Person<'a>,
    choice: &'a Choice,
}

impl Out<'_> {
    /// The readable page.
    async fn page(
        &self,
        zip: &mut Zip,
        parts: &mut Parts<'_>,
        row: &package::Model,
        about: &About,
        shapes: &[&Shape],
    ) -> Result<()> {
        zip.file("index.html")?;
        let page = files::page::Readable::new(self.app, self.person, row);
        zip.write(&page.begin(about)?, parts).await?;
        for shape in shapes {
            let (mut pages, mut any) = (self.person.pages(shape.kind), false);
            while let Some(mut records) = pages.next().await? {
                records.retain(|record| self.choice.takes(record));
                if records.is_empty() || parts.gone {
                    continue;
                }
                zip.write(&page.records(shape, &records, !any)?, parts).await?;
                any = true;
            }
            if any {
                zip.write(&page.close_kind()?, parts).await?;
            }
        }
        zip.write(&page.end()?, parts).await
    }

    async fn json(
        &self,
        zip: &mut Zip,
        parts: &mut Parts<'_>,
        row: &package::Model,
        about: &About,
        shapes: &[&Shape],
    ) -> Result<()> {
        zip.file("data.json")?;
        zip.write(&files::json::begin(row, about)?, parts).await?;
        for (number, shape) in shapes.iter().enumerate() {
            zip.write(&files::json::open_kind(shape, number == 0), parts).await?;
            let (mut pages, mut first) = (self.person.pages(shape.kind), true);
            while let Some(mut records) = pages.next().await? {
                records.retain(|record| self.choice.takes(record));
                for record in &records {
                    zip.write(&files::json::record(record, first)?, parts).await?;
                    first = false;
                }
            }
            zip.write(files::json::CLOSE_KIND, parts).await?;
        }
        zip.write(files::json::END, parts).await
    }

    async fn csv(&self, zip: &mut Zip, parts: &mut Parts<'_>, shape: &Shape) -> Result<()> {
        let (mut pages, mut begun) = (self.person.pages(shape.kind), false);
        while let Some(mut records) = pages.next().await? {
            records.retain(|record| self.choice.takes(record));
            if records.is_empty() {
                continue;
            }
            if !begun {
                zip.file(&format!("csv/{}.csv", shape.name))?;
            }
            zip.write(&files::csv(shape, &records, !begun)?, parts).await?;
            begun = true;
        }
        Ok(())
    }

    /// A receipt for each consent, as JSON-LD.
    async fn receipts(&self) -> Result<Vec<String>> {
        let contact = &self.person.contact;
        receipts_of_person(self.app, contact.workspace_id, contact.id).await
    }
}
