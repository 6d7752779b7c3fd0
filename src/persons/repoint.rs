//! What referred to one row refers to another one from now on.

/// `repoint!(work, other.id => survivor.id; mail.ContactId, …)`: in each of these tables, the rows of the
/// workspace that name the one in this column name the other.
macro_rules! repoint {
    ($work:expr, $from:expr => $to:expr; $($table:ident.$column:ident),+ $(,)?) => {$(
        $table::Entity::update_many()
            .col_expr($table::Column::$column, sea_orm::sea_query::Expr::value($to))
            .filter($table::Column::WorkspaceId.eq($work.workspace()))
            .filter($table::Column::$column.eq($from))
            .exec($work.db())
            .await?;
    )+};
}

pub(super) use repoint;
