//! The deadline of a head, which hyper knows only together with the rest between two requests.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

use super::Bounds;

/// When the head that is awaited must be there.
pub(super) struct Watch {
    bounds: Bounds,
    state: Mutex<State>,
}

struct State {
    is_first: bool,
    /// When the waiting began.
    since: Instant,
    /// When the head began.
    begun: Option<Instant>,
}

impl Watch {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, state: Mutex::new(State { is_first: true, since: Instant::now(), begun: None }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// hyper begins to wait for a head.
    fn wait(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.since = now;
        state.begun = state.is_first.then_some(now);
        state.is_first = false;
    }

    /// Bytes came in.
    pub(super) fn touch(&self) {
        self.state().begun.get_or_insert_with(Instant::now);
    }

    fn deadline(&self) -> Instant {
        let state = self.state();
        state.begun.map_or(state.since + self.bounds.idle, |begun| begun + self.bounds.head)
    }
}

/// hyper asks for one sleep each time it begins to wait for a head, and polls it after every read that is not enough.
pub(super) struct HeadTimer(pub Arc<Watch>);

impl hyper::rt::Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn hyper::rt::Sleep>> {
        hyper_util::rt::TokioTimer::new().sleep(duration)
    }

    fn sleep_until(&self, _: std::time::Instant) -> Pin<Box<dyn hyper::rt::Sleep>> {
        self.0.wait();
        Box::pin(HeadSleep { watch: self.0.clone(), sleep: Box::pin(sleep_until(self.0.deadline())) })
    }
}

struct HeadSleep {
    watch: Arc<Watch>,
    sleep: Pin<Box<Sleep>>,
}

impl Future for HeadSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.watch.deadline();
        if self.sleep.deadline() != deadline {
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(cx)
    }
}

impl hyper::rt::Sleep for HeadSleep {}
