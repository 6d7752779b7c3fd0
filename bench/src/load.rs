//! Load, and fair comparison: bounded runs of ours and the reference take turns, the first of each is a warm-up, medians count.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::world::CONNECTIONS;

/// Counted runs of each side: many short ones, because a machine that is shared swings within seconds.
pub const ROUNDS: usize = 7;
/// A run ends after this time, even if there is more to do.
pub const LONGEST: Duration = Duration::from_secs(2);
/// So many at a time.
pub const AT_ONCE: usize = CONNECTIONS;

/// The medians.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// The product's.
    pub ours: f64,
    /// The bare minimum's.
    pub reference: f64,
}

/// Runs both in turn.
pub async fn compare(
    mut ours: impl AsyncFnMut() -> anyhow::Result<f64>,
    mut reference: impl AsyncFnMut() -> anyhow::Result<f64>,
) -> anyhow::Result<Compared> {
    ours().await?;
    reference().await?;
    let (mut of_ours, mut of_reference) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_ours.push(ours().await?);
        of_reference.push(reference().await?);
    }
    Ok(Compared { ours: median(of_ours), reference: median(of_reference) })
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Does `act` with each item, until none is left or the time of a run is up. Returns how many per second.
pub async fn per_second<T, F, Fut>(items: Vec<T>, act: F) -> anyhow::Result<f64>
where
    T: Send + 'static,
    F: Fn(T) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = anyhow::Result<()>> + Send,
{
    within(LONGEST, items, act).await
}

/// The same, with another time.
pub async fn within<T, F, Fut>(longest: Duration, items: Vec<T>, act: F) -> anyhow::Result<f64>
where
    T: Send + 'static,
    F: Fn(T) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = anyhow::Result<()>> + Send,
{
    let items = Arc::new(Mutex::new(items));
    let began = Instant::now();
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (items, act) = (items.clone(), act.clone());
            tokio::spawn(async move {
                let mut done = 0_u32;
                while began.elapsed() < longest {
                    let Some(item) = items.lock().unwrap_or_else(PoisonError::into_inner).pop() else {
                        break;
                    };
                    act(item).await?;
                    done += 1;
                }
                anyhow::Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for worker in workers {
        done += worker.await??;
    }
    Ok(f64::from(done) / began.elapsed().as_secs_f64())
}
