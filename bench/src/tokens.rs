//! Forged tokens refused per second, on one thread and without using the database.

use std::{hint::black_box, time::Instant};

use accord::{link_uses::Use, platform::tokens::Link};
use entity::OptInId;

use crate::{
    load::{ROUNDS, median},
    table::{Figure, Table, Wanted},
    world::World,
};

const CALLS: u32 = 400_000;

/// Adds two lines: all kinds of forgeries mixed, and the most expensive kind alone.
pub fn measure(world: &World, table: &mut Table) {
    let tokens: Vec<String> = (0..256_i64)
        .map(|n| {
            world.app.vault.sign(
                Use::ConfirmOptIn,
                &Link { workspace: world.workspace, row: OptInId::new().0, extra: n.to_be_bytes().to_vec() },
            )
        })
        .collect();
    let changed: Vec<String> = tokens.iter().map(|token| changed_mac(token)).collect();
    let mixed: Vec<String> = tokens.iter().enumerate().map(|(n, token)| forge(n, token)).collect();
    for (name, forgeries) in [
        ("forged tokens refused, mixed, one thread", mixed),
        ("forged tokens refused, only the MAC wrong, one thread", changed),
    ] {
        let ours = per_second(world, &forgeries);
        table.add(Figure {
            name: name.to_owned(),
            unit: "/s",
            ours,
            reference: None,
            wanted: Wanted::AtLeast(500_000.0),
        });
    }
}

fn per_second(world: &World, forgeries: &[String]) -> f64 {
    let run = || {
        let began = Instant::now();
        for forgery in forgeries.iter().cycle().take(CALLS as usize) {
            assert!(
                world.app.vault.verify(Use::ConfirmOptIn, black_box(forgery)).is_none(),
                "a forgery was taken"
            );
        }
        f64::from(CALLS) / began.elapsed().as_secs_f64()
    };
    run();
    median((0..ROUNDS).map(|_| run()).collect())
}

fn forge(n: usize, token: &str) -> String {
    match n % 4 {
        0 => changed_mac(token),
        1 => token.replacen("v1.", "v1.ffffff", 1),
        2 => token.chars().take(token.len() - 7).collect(),
        _ => changed_payload(token),
    }
}

/// Changes the first character of the MAC.
fn changed_mac(token: &str) -> String {
    let (signed, mac) = token.rsplit_once('.').unwrap_or((token, ""));
    let first = if mac.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{first}{}", mac.get(1..).unwrap_or_default())
}

/// Changes one character of the payload.
fn changed_payload(token: &str) -> String {
    let place = token.rfind('.').unwrap_or_default() - 20;
    let other = if token.as_bytes()[place] == b'A' { 'B' } else { 'A' };
    format!("{}{other}{}", &token[..place], &token[place + 1..])
}
