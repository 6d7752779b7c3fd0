//! Mails per second through the whole path (job claimed, rendered, sent over SMTP, recorded, job ended),
//! compared with lettre alone sending the same prepared messages to the same sink.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use accord::jobs;
use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor, address::Envelope, transport::smtp::PoolConfig,
};
use tokio::sync::watch;

use crate::{
    load::{AT_ONCE, LONGEST, compare, per_second},
    sink::Sink,
    table::{Figure, Table, Wanted},
    world::World,
};

/// Most mails in one of our runs: all runs share the prepared opt-ins.
const MOST: usize = 550;
/// Most mails in one run of the reference.
const MOST_BARE: usize = 10_000;

/// Adds two lines: with an ordinary server, and with one that acknowledges packets at once, which shows the
/// cost of the rest of the path.
pub async fn measure(world: &World, sink: &Sink, table: &mut Table) -> anyhow::Result<()> {
    let pool = PoolConfig::new().max_size(u32::try_from(AT_ONCE)?);
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(sink.port())
        .pool_config(pool)
        .build();
    for (prompt, server) in [(false, "an ordinary server"), (true, "a prompt server")] {
        sink.acknowledge_at_once(prompt);
        let compared =
            compare(async || run_jobs(world, sink).await, async || resend(&transport, sink).await).await?;
        let name = format!("mails through the whole path to {server}, {}", world.name);
        table.add(Figure {
            name,
            unit: "/s",
            ours: compared.ours,
            reference: Some(compared.reference),
            wanted: Wanted::Ratio(0.3),
        });
    }
    transport.shutdown().await;
    Ok(())
}

/// Runs a worker until `MOST` mails are sent or the time limit is reached; then stops it, which lets the
/// running jobs end.
async fn run_jobs(world: &World, sink: &Sink) -> anyhow::Result<f64> {
    let (before, began) = (sink.count(), Instant::now());
    let (stop, stopped) = watch::channel(false);
    let runner = tokio::spawn(jobs::runner(&world.app).run(stopped));
    while sink.count() - before < MOST && began.elapsed() < LONGEST {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stop.send(true)?;
    runner.await?;
    let sent = u32::try_from(sink.count() - before)?;
    anyhow::ensure!(sent > 0, "no mail was sent");
    Ok(f64::from(sent) / began.elapsed().as_secs_f64())
}

async fn resend(transport: &AsyncSmtpTransport<Tokio1Executor>, sink: &Sink) -> anyhow::Result<f64> {
    let mut ready = Vec::new();
    for taken in sink.kept() {
        let envelope = Envelope::new(Some(taken.from.parse()?), vec![taken.to.parse()?])?;
        ready.push(Arc::new((envelope, taken.message)));
    }
    anyhow::ensure!(!ready.is_empty(), "no mail to send again");
    let items = ready.iter().cycle().take(MOST_BARE).cloned().collect();
    let transport = transport.clone();
    per_second(items, move |mail: Arc<(Envelope, Vec<u8>)>| {
        let transport = transport.clone();
        async move { transport.send_raw(&mail.0, &mail.1).await.map(drop).context("the sink refused") }
    })
    .await
}
