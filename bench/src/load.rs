//! Load generation and fair comparison: time-limited runs of ours and of the reference take turns, the first
//! run of each is a warm-up, and the medians are compared.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::world::CONNECTIONS;

/// Measured runs of each side: many short ones, because the speed of a shared machine varies within seconds.
pub const ROUNDS: usize = 7;
/// Time limit of a run, even if there is more to do.
pub const LONGEST: Duration = Duration::from_secs(2);
/// Number of concurrent workers.
pub const AT_ONCE: usize = CONNECTIONS;

/// The medians of both sides.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// Accord's.
    pub ours: f64,
    /// The reference's.
    pub reference: f64,
}

/// Runs both sides in turn.
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

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Calls `act` with each item, until none is left or the time limit is reached. Returns items per second.
pub async fn per_second<T, F, Fut>(items: Vec<T>, act: F) -> anyhow::Result<f64>
where
    T: Send + 'static,
    F: Fn(T) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = anyhow::Result<()>> + Send,
{
    within(LONGEST, items, act).await
}

/// Like `per_second`, with another time limit.
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
