//! The public pages of this room, one file per part.

mod mailbox;
mod my_data;
mod my_data_address;
mod my_data_done;
mod my_data_view;
mod notices;
mod packages;
mod preferences;
mod preferences_view;
mod stay_in_touch;
mod transfers;

use axum::Router;

use crate::app::App;

/// The public routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(my_data::routes())
        .merge(stay_in_touch::routes())
        .merge(packages::routes())
        .merge(preferences::routes())
        .merge(notices::routes())
        .merge(transfers::routes())
}
