//! A member's second factor: enrolling, stepping up, removing. To change it, members prove their identity
//! again; their session then gets a new token, and all their other sessions end (ASVS 7.4.3, 7.5.1). The
//! secret is sealed under the member's own key; recovery codes are hashed like passwords.

use entity::{MemberId, member};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use zeroize::Zeroizing;

use super::{
    OpenSession,
    allow_act_on::{allow_act_on, allow_others},
    caller::Caller,
    code,
    mails::{Notice, SendAccountNotice},
    proof::{lock, own, problem, prove_code, prove_password, proven, session_row},
    sessions::{end_all, rotate},
    throttle::admit_code,
};
use crate::{
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        keys::random,
        work::{Entry, Work},
    },
};

/// A second factor to enrol, shown once.
pub struct Enrolment {
    /// The secret in base32, to be typed.
    pub secret: String,
    /// The secret as a URI for authenticator apps.
    pub uri: String,
    /// The URI as a QR code.
    pub qr_svg: String,
}

/// A second factor that was just enrolled.
pub struct Enrolled {
    /// Recovery codes, shown once.
    pub recovery_codes: Vec<String>,
    /// The session with its new token.
    pub session: OpenSession,
}

/// State of a member's second factor.
pub struct SecondFactorState {
    /// Whether it is required to sign in.
    pub enabled: bool,
    /// Whether the workspace requires one for their role.
    pub required: bool,
    /// Number of unused recovery codes.
    pub recovery_codes_left: i32,
}

/// State of the caller's own second factor; none for programs.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn second_factor_of(app: &App, caller: Caller) -> Result<Option<SecondFactorState>> {
    let Some(id) = caller.actor.member() else { return Ok(None) };
    let Some(row) = member::Entity::find_by_id((caller.workspace, id)).one(app.db()).await? else {
        return Ok(None);
    };
    let workspace = super::load_workspace(app, caller.workspace).await?;
    let left = code::recovery_codes(app.db(), &row).await?.len();
    Ok(Some(SecondFactorState {
        enabled: row.totp_sealed.is_some(),
        required: super::second_factor_roles(&workspace).contains(&row.role),
        recovery_codes_left: i32::try_from(left).unwrap_or(i32::MAX),
    }))
}

/// Begins enrolment: creates a secret, which takes effect once a code generated from it is confirmed.
///
/// # Errors
/// `Rejected` when the password is wrong or there is a second factor already; `Forbidden` for programs.
pub async fn begin_second_factor(app: &App, caller: Caller, password: &str) -> Result<Enrolment> {
    let (member, _) = own(app, caller).await?;
    if member.totp_sealed.is_some() {
        return Err(Error::Rejected(vec![problem(
            ProblemCode::WrongState,
            None,
            "You have a second factor: disable it first.",
        )]));
    }
    prove_password(app, &member, password, "password").await?;
    let seed = Zeroizing::new(random::<20>());
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let fresh = lock(&work, &member).await?;
    let key = code::own_data_key(&app.vault, &work, &fresh).await?;
    let sealed = key.seal(&code::place(&fresh, "totp_pending_sealed"), seed.as_slice())?;
    let mut change = fresh.into_active_model();
    change.totp_pending_sealed = Set(Some(sealed));
    member::Entity::update(change).exec(work.db()).await?;
    work.record(Entry::new("member.second_factor_begun").on(member.id));
    work.commit().await?;
    let secret = totp_rs::Secret::from(*seed).to_base32();
    let slug = super::load_workspace(app, caller.workspace).await?.slug;
    let uri = uri(&app.config.public_host(), &slug, &member.email, &secret);
    let qr_svg = qrcode::QrCode::new(uri.as_bytes())
        .map_err(|_| Error::internal("a QR code does not hold the address"))?
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build();
    Ok(Enrolment { secret, uri, qr_svg })
}

/// An `otpauth:` URI (Key Uri Format). Its issuer contains the workspace and our host, so that two workspaces
/// differ in the app, on the same server or on two.
fn uri(host: &str, slug: &str, email: &str, secret: &str) -> String {
    let issuer = format!("Accord {slug} {host}");
    let escape = |text: &str| {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    format!(
        "otpauth://totp/{}:{}?secret={secret}&issuer={}&algorithm=SHA1&digits=6&period=30",
        escape(&issuer),
        escape(email),
        escape(&issuer)
    )
}

/// Completes enrolment with a code generated from the new secret. All other sessions of the member end.
///
/// # Errors
/// `Rejected` when nothing was begun or the code is wrong.
pub async fn confirm_second_factor(app: &App, caller: Caller, given: &str) -> Result<Enrolled> {
    let (member, session) = own(app, caller).await?;
    admit_code(app, member.id).await?;
    let wrong = || {
        Error::rejected(
            ProblemCode::Invalid,
            "code",
            "This code is wrong: use the one your app shows now, and check that the phone's clock is right.",
        )
    };
    let Some(pending) = &member.totp_pending_sealed else {
        return Err(Error::Rejected(vec![problem(
            ProblemCode::WrongState,
            None,
            "Begin with `beginSecondFactor`.",
        )]));
    };
    let key =
        code::data_key(app, &member).await?.ok_or_else(|| Error::internal("a member's data key is gone"))?;
    let seed = Zeroizing::new(key.open(&code::place(&member, "totp_pending_sealed"), pending)?);
    let step = code::step_of(&seed, given.trim(), app.now()).ok_or_else(wrong)?;
    let recovery_codes = code::new_recovery_codes();
    let hashes =
        app.passwords.hash_all(recovery_codes.iter().map(|code| code::plain(code)).collect()).await?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let fresh = lock(&work, &member).await?;
    if fresh.totp_pending_sealed != member.totp_pending_sealed {
        return Err(wrong());
    }
    let sealed = key.seal(&code::place(&fresh, "totp_sealed"), &seed)?;
    let mut change = fresh.clone().into_active_model();
    change.totp_sealed = Set(Some(sealed));
    change.totp_pending_sealed = Set(None);
    change.totp_last_step = Set(Some(step));
    member::Entity::update(change).exec(work.db()).await?;
    code::replace_recovery_codes(&work, &fresh, hashes).await?;
    work.record(Entry::new("member.second_factor_enrolled").on(member.id));
    let session = proven(&mut work, &fresh, session, true).await?;
    work.enqueue(&SendAccountNotice {
        workspace: caller.workspace,
        member: member.id,
        what: Notice::SecondFactorEnrolled,
    })?;
    work.commit().await?;
    Ok(Enrolled { recovery_codes, session })
}

/// Uses the second factor again, which unlocks operations that require it for a while.
///
/// # Errors
/// `Rejected` when there is none, or the code is wrong or was used.
pub async fn step_up(app: &App, caller: Caller, given: &str) -> Result<OpenSession> {
    let (member, session) = own(app, caller).await?;
    let (mut work, fresh) = prove_code(app, caller, &member, given).await?;
    let row = session_row(&work, &fresh, session).await?;
    let now = work.now();
    let session = rotate(&work, row, Some(now)).await?;
    work.record(Entry::new("session.stepped_up").on(session.row.id));
    work.commit().await?;
    Ok(session)
}

/// Creates new recovery codes; the old ones no longer work.
///
/// # Errors
/// `Rejected` when there is no second factor, or the code is wrong or was used.
pub async fn renew_recovery_codes(app: &App, caller: Caller, given: &str) -> Result<Vec<String>> {
    let (member, _) = own(app, caller).await?;
    let recovery_codes = code::new_recovery_codes();
    let hashes =
        app.passwords.hash_all(recovery_codes.iter().map(|code| code::plain(code)).collect()).await?;
    let (mut work, fresh) = prove_code(app, caller, &member, given).await?;
    code::replace_recovery_codes(&work, &fresh, hashes).await?;
    work.record(Entry::new("member.recovery_codes_renewed").on(member.id));
    work.commit().await?;
    Ok(recovery_codes)
}

/// Removes the caller's second factor. Needs both the password and a code.
///
/// # Errors
/// `Rejected` when one of them is wrong.
pub async fn disable_second_factor(
    app: &App,
    caller: Caller,
    password: &str,
    given: &str,
) -> Result<OpenSession> {
    let (member, session) = own(app, caller).await?;
    prove_password(app, &member, password, "password").await?;
    let (mut work, fresh) = prove_code(app, caller, &member, given).await?;
    take_away(&mut work, &fresh).await?;
    let session = proven(&mut work, &fresh, session, false).await?;
    work.enqueue(&SendAccountNotice {
        workspace: caller.workspace,
        member: member.id,
        what: Notice::SecondFactorRemoved,
    })?;
    work.commit().await?;
    Ok(session)
}

/// Removes the second factor of a colleague who lost it and all recovery codes, once they have proved their
/// identity in another way (ASVS 6.4.4). All their sessions end, and they are notified by mail.
///
/// # Errors
/// `NotFound`; `Forbidden` without the right, or when anybody but an owner removes an owner's.
pub async fn remove_second_factor(app: &App, caller: Caller, id: MemberId) -> Result<member::Model> {
    allow_others(caller)?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let fresh = member::Entity::find_by_id((caller.workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    allow_act_on(caller, &fresh)?;
    if caller.actor.member() == Some(id) {
        return Err(Error::Rejected(vec![problem(
            ProblemCode::WrongState,
            None,
            "Your own is taken away with `disableSecondFactor`.",
        )]));
    }
    if fresh.totp_sealed.is_none() {
        return Ok(fresh);
    }
    let row = take_away(&mut work, &fresh).await?;
    end_all(&mut work, id, None, "second_factor_removed").await?;
    work.enqueue(&SendAccountNotice {
        workspace: caller.workspace,
        member: id,
        what: Notice::SecondFactorRemoved,
    })?;
    work.commit().await?;
    Ok(row)
}

async fn take_away(work: &mut Work, member: &member::Model) -> Result<member::Model> {
    let mut change = member.clone().into_active_model();
    change.totp_sealed = Set(None);
    change.totp_pending_sealed = Set(None);
    change.totp_last_step = Set(None);
    let row = member::Entity::update(change).exec(work.db()).await?;
    code::replace_recovery_codes(work, member, Vec::new()).await?;
    work.record(Entry::new("member.second_factor_removed").on(member.id));
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_seed_is_one_that_apps_read() {
        assert_eq!(
            uri("crm.example", "lumen", "ada+x@lumen.example", "ABC"),
            "otpauth://totp/Accord%20lumen%20crm.example:ada%2Bx%40lumen.example?secret=ABC&issuer=Accord%20lumen%20crm.example&algorithm=SHA1&digits=6&period=30"
        );
    }
}
