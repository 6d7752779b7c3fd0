//! The tables of the data map that are not about contacts, by name. Columns of text end with `*`.

use super::{
    Class::{Personal, Pseudonymous, Technical},
    OnErasure::{DeleteRow, Keep, Scan},
    Rule,
    Subject::{Business, Nobody, Staff},
    Table, key_of,
};

const NOT_THEIRS: &str = "it is not the person's";
const SETUP: &str = "it says nothing about anybody";
const IDS_ONLY: &str = "ids, words of ours and times only, which lead to nobody any more";

map! {
    api_key: Staff, Some(Rule::Usage), "Credentials of programs, and who made them." {
        Personal Scan "name*";
        Pseudonymous Keep(NOT_THEIRS) "maker_id";
        Technical Keep(SETUP) "workspace_id id role* hash created_at expires_at last_used_at revoked_at";
    }
    breach: Business, Some(Rule::Erasures), "Breaches of personal data. What was written about them is sealed." {
        Personal Keep(NOT_THEIRS) "sealed";
        Technical Keep(SETUP) "workspace_id id data_key_id state* risk* aware_at due_at began_at ended_at \
            people_approximate records_approximate authority_told_at people_told_at exception* closed_at \
            version created_at updated_at entry_id reminded_at";
    }
    breach_step: Business, Some(Rule::Erasures), "What was done about breaches." {
        Personal Keep(NOT_THEIRS) "sealed";
        Pseudonymous Keep(NOT_THEIRS) "actor*";
        Technical Keep(SETUP) "workspace_id entry_id breach_id kind* at";
    }
    class_rule: Nobody, None, "Who may read which class of data." {
        Technical Keep(SETUP) "workspace_id class* readers* writers* notify_on_change notify_on_reveal";
    }
    company: Business, Some(Rule::Business), "Companies that are customers or may become one." {
        Personal Scan "name* sort_name* domain* phone* website* postal_address* custom* external_id* \
            industry*";
        Pseudonymous Keep(NOT_THEIRS) "owner_id";
        Technical Keep(SETUP) "workspace_id id version created_at updated_at archived_at";
    }
    deal: Business, Some(Rule::Business), "Sales under way, won and lost." {
        Personal Scan "title* sort_name* source* custom* external_id*";
        Pseudonymous Keep(NOT_THEIRS) "company_id owner_id";
        Technical Keep(SETUP) "workspace_id id amount_minor currency* pipeline_id stage_id rank* \
            expected_close_on* stage_since closed_at loss_reason_id version created_at updated_at \
            archived_at";
    }
    deal_stage: Business, Some(Rule::Business), "When deals entered and left a stage, and who moved them." {
        Pseudonymous Keep(NOT_THEIRS) "deal_id actor* entry_id";
        Technical Keep(SETUP) "workspace_id id stage_id entered_at left_at";
    }
    duplicate_scan: Nobody, None, "How far duplicates were looked for." {
        Technical Keep(SETUP) "workspace_id seq";
    }
    field: Nobody, None, "Custom fields: their names and choices." {
        Technical Scan "key* label* reason* options* validation*";
        Technical Keep(SETUP) "workspace_id id entity* kind* class* required position version created_at \
            archived_at";
    }
    form: Nobody, None, "Forms as staff edit them." {
        Technical Scan "name* draft*";
        Technical Keep(SETUP) "workspace_id id published_version_id version created_at updated_at \
            archived_at";
    }
    form_caught: Nobody, None, "How many posts a form rejected." {
        Technical Keep(SETUP) "workspace_id form_id day* reason* posts";
    }
    form_notice: Nobody, None, "What forms told visitors about their data." {
        Technical Scan "content*";
        Technical Keep(SETUP) "workspace_id entry_id form_version_id language* sha256 since";
    }
    form_version: Nobody, None, "Forms as they were published." {
        Technical Scan "definition*";
        Technical Keep(SETUP) "workspace_id id form_id number sha256 published_at";
    }
    idempotency_key: Nobody, Some(Rule::Usage),
        "First results of requests that are repeated: hashes and ids, for a day." {
        Pseudonymous Keep(IDS_ONLY) "actor* key_hash payload_hash result*";
        Technical Keep(SETUP) "workspace_id expires_at";
    }
    instance_key: Nobody, None, "The keys of the instance, wrapped." {
        Technical Keep(SETUP) "kid* purpose* wrapped created_at retired_at";
    }
    invitation: Staff, Some(Rule::Staff), "Who invited a member." {
        Pseudonymous Keep(NOT_THEIRS) "member_id inviter_id api_key_id";
        Technical Keep(SETUP) "workspace_id";
    }
    job: Nobody, Some(Rule::Usage), "What is to be done after a commit: ids only." {
        Pseudonymous DeleteRow "payload* dedupe_key*";
        Technical Keep(SETUP) "id workspace_id kind* priority run_at attempts lease* leased_until parked_at \
            park_reason* created_at waits_since begun_at";
    }
    journal_head: Nobody, None, "The number of the newest entry." {
        Technical Keep(SETUP) "workspace_id seq";
    }
    lead_turn: Nobody, None, "Whose turn the next lead is." {
        Technical Keep(SETUP) "workspace_id form_id turn";
    }
    loss_reason: Nobody, None, "Why deals are lost." {
        Technical Scan "label* label_key*";
        Technical Keep(SETUP) "workspace_id id created_at archived_at";
    }
    member: Staff, Some(Rule::Staff), "Who works with Accord." {
        Personal Keep(NOT_THEIRS) "email* email_key* name* role* language* password_hash* totp_sealed \
            totp_pending_sealed totp_last_step credentials_changed_at invited_at joined_at deactivated_at";
        Technical Keep(NOT_THEIRS) "workspace_id id version created_at updated_at";
    }
    notice_rule: Nobody, None, "Of which events people are told." {
        Technical Keep(SETUP) "workspace_id event* notifies";
    }
    pipeline: Nobody, None, "The pipelines of sales." {
        Technical Scan "name*";
        Technical Keep(SETUP) "workspace_id id currency* position version created_at archived_at";
    }
    purpose: Nobody, None, "Why data are used, and on which basis." {
        Technical Scan "key* justification*";
        Technical Keep(SETUP) "workspace_id id legal_basis* channels* confirmation* validity_days \
            current_version_id created_at archived_at offered warn_days";
    }
    purpose_version: Nobody, None, "The texts of purposes." {
        Technical Scan "texts*";
        Technical Keep(SETUP) "workspace_id id purpose_id number created_at";
    }
    recipient: Business, Some(Rule::Business), "Companies to which data are disclosed." {
        Personal Scan "name* legal_name* contact_email* mechanism_reference* assessment*";
        Technical Keep(SETUP) "workspace_id id country* role* mechanism* purposes* version created_at \
            updated_at archived_at access_countries* checked_at";
    }
    recovery_code: Staff, Some(Rule::Staff), "Second factors of the staff, hashed." {
        Pseudonymous Keep(NOT_THEIRS) "member_id hash* used_at";
        Technical Keep(SETUP) "workspace_id id";
    }
    refold: Nobody, None, "How far texts were folded." {
        Technical Keep(SETUP) "workspace_id part* version reached";
    }
    retention_count: Nobody, None, "What a run of the retention rules did, in numbers." {
        Technical Keep(SETUP) "workspace_id run_id rule_id rule_version warned erased archived held \
            restricted failed";
    }
    retention_rule: Nobody, None, "How long what is kept, and why." {
        Technical Scan "justification*";
        Technical Keep(SETUP) "workspace_id id subject* lifecycle* purpose_id clock* months warn_days \
            preset* version created_at updated_at archived_at";
    }
    retention_rule_version: Nobody, None, "Retention rules as they were." {
        Technical Scan "justification*";
        Technical Keep(SETUP) "workspace_id rule_id number clock* months warn_days at entry_id";
    }
    retention_run: Nobody, None, "Runs of the retention rules." {
        Technical Keep(SETUP) "workspace_id id cause* started_at ended_at cursor* entry_id";
    }
    schedule: Nobody, None, "When scheduled work is due." {
        Technical Keep(SETUP) "name* next_run_at";
    }
    session: Staff, Some(Rule::Usage), "Who is signed in." {
        Personal Keep(NOT_THEIRS) "browser*";
        Pseudonymous Keep(NOT_THEIRS) "member_id token_hash";
        Technical Keep(NOT_THEIRS) "workspace_id id created_at last_seen_at expires_at stepped_up_at \
            ended_at";
    }
    special_word: Nobody, None, "The workspace's own words for special categories of data." {
        Technical Scan "word* word_key*";
        Technical Keep(SETUP) "workspace_id id category* language* created_at";
    }
    stage: Nobody, None, "The stages of pipelines." {
        Technical Scan "name*";
        Technical Keep(SETUP) "workspace_id id pipeline_id position kind* probability created_at archived_at";
    }
    tag: Nobody, None, "Words by which contacts are grouped." {
        Technical Scan "name* name_key*";
        Technical Keep(SETUP) "workspace_id id created_at";
    }
    wording: Nobody, None, "Exact texts that were shown to people." {
        Technical Scan "text*";
        Technical Keep(SETUP) "workspace_id sha256 language*";
    }
    workspace: Nobody, None, "The controller." {
        Technical Scan "name* legal_name* postal_address* contact_email* dpo_email* privacy_notice_url* \
            slug*";
        Technical Keep(SETUP) "id default_language* jurisdiction* second_factor_roles* created_at";
    }
}
