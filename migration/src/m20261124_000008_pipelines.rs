//! Pipelines, stages, deals and their history; activities.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, DOWN).await
    }
}

const UP: &str = "
CREATE TABLE pipeline (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    position integer NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE TABLE stage (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    pipeline_id {id} NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    kind text NOT NULL,
    probability integer NOT NULL,
    created_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipeline (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX stage_pipeline ON stage (workspace_id, pipeline_id, position);
CREATE TABLE loss_reason (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    label text NOT NULL,
    label_key text {c} NOT NULL,
    created_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX loss_reason_label ON loss_reason (workspace_id, label_key);
CREATE TABLE deal (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    title text NOT NULL,
    sort_name text {c} NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    pipeline_id {id} NOT NULL,
    stage_id {id} NOT NULL,
    rank text {c} NOT NULL,
    company_id {id},
    owner_id {id},
    expected_close_on text,
    stage_since {time} NOT NULL,
    closed_at {time},
    loss_reason_id {id},
    source text NOT NULL,
    custom text NOT NULL,
    external_id text,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipeline (workspace_id, id),
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stage (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES company (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES member (workspace_id, id),
    FOREIGN KEY (workspace_id, loss_reason_id) REFERENCES loss_reason (workspace_id, id)
);
CREATE UNIQUE INDEX deal_external_id ON deal (workspace_id, external_id);
CREATE UNIQUE INDEX deal_column ON deal (workspace_id, stage_id, rank);
CREATE INDEX deal_pipeline ON deal (workspace_id, pipeline_id, id);
CREATE INDEX deal_company ON deal (workspace_id, company_id, id);
CREATE INDEX deal_owner ON deal (workspace_id, owner_id, id);
CREATE INDEX deal_updated ON deal (workspace_id, updated_at, id);
CREATE INDEX deal_sort_name ON deal (workspace_id, sort_name, id);
CREATE TABLE deal_contact (
    workspace_id {id} NOT NULL,
    deal_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    role text NOT NULL,
    added_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, deal_id, contact_id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deal (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX deal_contact_contact ON deal_contact (workspace_id, contact_id, deal_id);
CREATE TABLE deal_stage (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    deal_id {id} NOT NULL,
    stage_id {id} NOT NULL,
    entered_at {time} NOT NULL,
    left_at {time},
    actor text NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deal (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stage (workspace_id, id)
);
CREATE INDEX deal_stage_deal ON deal_stage (workspace_id, deal_id, entered_at);
CREATE TABLE lead_turn (
    workspace_id {id} NOT NULL,
    form_id {id} NOT NULL,
    turn bigint NOT NULL,
    PRIMARY KEY (workspace_id, form_id),
    FOREIGN KEY (workspace_id, form_id) REFERENCES form (workspace_id, id) ON DELETE CASCADE
);
CREATE TABLE activity (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id},
    company_id {id},
    deal_id {id},
    kind text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    occurred_at {time} NOT NULL,
    due_at {time},
    done_at {time},
    assignee_id {id},
    author text NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, company_id) REFERENCES company (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deal (workspace_id, id),
    FOREIGN KEY (workspace_id, assignee_id) REFERENCES member (workspace_id, id)
);
CREATE INDEX activity_contact ON activity (workspace_id, contact_id, occurred_at, id);
CREATE INDEX activity_company ON activity (workspace_id, company_id, occurred_at, id);
CREATE INDEX activity_deal ON activity (workspace_id, deal_id, occurred_at, id);
CREATE INDEX activity_occurred ON activity (workspace_id, occurred_at, id);
CREATE INDEX activity_due ON activity (workspace_id, assignee_id, due_at) WHERE done_at IS NULL;
";

const DOWN: &str = "
DROP TABLE activity;
DROP TABLE lead_turn;
DROP TABLE deal_stage;
DROP TABLE deal_contact;
DROP TABLE deal;
DROP TABLE loss_reason;
DROP TABLE stage;
DROP TABLE pipeline;
";
