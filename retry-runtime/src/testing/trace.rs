//! What a record hears of a call, from the engine.

use super::attempt_record::AttemptResult;
use super::faults;
use super::injected::InjectedFault;
use super::record::{CallEnding, CallRecord, Record};
use super::scope::{self, Frame};
use super::world::locked;
use crate::ended::Ended;
use crate::observe::FailureReport;
use crate::observe::subject::{Name, Subject};
use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Keeps the calls that are made inside of it.
#[derive(Default)]
pub(super) struct Recorder(Mutex<Vec<SharedCallRecord>>);

/// A call, as far as it has gone.
type SharedCallRecord = Arc<Mutex<CallRecord>>;

impl Recorder {
    pub(super) fn record(&self) -> Record {
        let calls = locked(&self.0);
        Record::new(calls.iter().map(|call| locked(call).clone()).collect())
    }
}

/// One call, to whoever records it.
#[derive(Clone, Debug)]
pub(crate) struct Trace(Option<SharedCallRecord>);

impl Trace {
    pub(crate) const NEW: Self = Self(None);

    /// The call begins, before its first attempt.
    pub(crate) fn begin(&mut self, name: Name) {
        self.begin_as(|| name.find());
    }

    fn begin_as<'f>(&mut self, function: impl FnOnce() -> Cow<'f, str>) {
        if self.0.is_none() {
            self.0 = scope::in_frame(|frame| begin(frame, function));
        }
    }

    /// An attempt starts: what it is to end in, if a test says so.
    pub(crate) fn attempt(
        &mut self,
        name: impl FnOnce() -> Name,
        number: u32,
        is_hedge: bool,
    ) -> InjectedFault {
        let fault = scope::in_frame(|frame| {
            // It may be an expression of the user's: nobody else asks for it here.
            let name = name();
            // A call that began outside of all is not recorded from its middle.
            if number == 1 {
                self.begin(name);
            }
            Some(faults::take(frame, name))
        });
        let fault = fault.unwrap_or_default();
        self.change(|call| {
            let attempt = call.attempt(number);
            attempt.is_hedge = is_hedge;
            attempt.is_injected = fault.is_some();
        });
        fault
    }

    /// The attempt of this number has succeeded, and with it the call.
    pub(crate) fn succeeded(&self, number: u32) {
        self.change(|call| {
            call.attempt(number).result = AttemptResult::Succeeded;
            call.ending = CallEnding::Succeeded;
        });
    }

    /// An attempt has failed, or was a "not yet"; the next one follows after `wait`.
    pub(crate) fn failed(
        &self,
        failed: &FailureReport<'_>,
        is_failure: bool,
        wait: Option<Duration>,
    ) {
        self.change(|call| {
            let attempt = call.attempt(failed.attempt);
            if is_failure {
                attempt.failed(failed.error.to_string(), failed.verdict);
            } else {
                attempt.result = AttemptResult::NotYet;
            }
            attempt.wait = wait;
        });
    }

    /// The wait after the attempt of this number is longer than what was decided.
    pub(crate) fn waits(&self, number: u32, wait: Duration) {
        self.change(|call| call.attempt(number).wait = Some(wait));
    }

    /// No other attempt follows, and none has succeeded.
    pub(crate) fn ended(&self, ended: Ended) {
        self.change(|call| call.ending = CallEnding::Failed(ended));
    }

    /// The breaker has not admitted the attempt of this number. Where that is the first,
    /// the call has not begun.
    pub(crate) fn rejected(&self, subject: Subject<'_>, number: u32) {
        let mut trace = self.clone();
        if number == 1 {
            trace.begin_as(|| subject.function());
        }
        trace.ended(Ended::Rejected);
    }

    fn change(&self, change: impl FnOnce(&mut CallRecord)) {
        if let Some(call) = &self.0 {
            change(&mut locked(call));
        }
    }
}

/// A new call, in every record around it.
fn begin<'f>(frame: &Frame, function: impl FnOnce() -> Cow<'f, str>) -> Option<SharedCallRecord> {
    let recorders = || {
        let frames = frame.and_outer();
        frames.filter_map(|frame| frame.parts.recorder.as_ref())
    };
    recorders().next()?;
    let call = CallRecord::begun(function().into_owned());
    let call = Arc::new(Mutex::new(call));
    for recorder in recorders() {
        locked(&recorder.0).push(Arc::clone(&call));
    }
    Some(call)
}
