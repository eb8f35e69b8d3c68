//! What is still to happen, in order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::mem;
use std::time::Duration;

/// When, in nanoseconds, and which call.
type Event = Reverse<(u64, u32)>;

/// One heap of all events is as large as the backlog of a storm, and most of the work of a
/// simulation. So only those of one millisecond are in order; the others of the next eight
/// seconds lie in the slot of their millisecond, and what comes later in a heap of its own.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Up to the end of the millisecond that is running.
    now: BinaryHeap<Event>,
    /// The slots of the milliseconds after it.
    soon: VecDeque<Vec<Event>>,
    in_slots: usize,
    later: BinaryHeap<Event>,
    /// The millisecond that is running.
    running: u64,
}

const SLOT: u64 = 1_000_000;
const SLOTS: u64 = 8192;

impl Queue {
    pub(super) fn push(&mut self, at: Duration, call: usize) {
        // What is further away than the clock can count comes after the end of any run.
        let at = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
        let event = Reverse((at, call as u32));
        match (at / SLOT).checked_sub(self.running + 1) {
            None => self.now.push(event),
            Some(ahead) if ahead < SLOTS => {
                let ahead = ahead as usize;
                if self.soon.len() <= ahead {
                    self.soon.resize_with(ahead + 1, Vec::new);
                }
                self.soon[ahead].push(event);
                self.in_slots += 1;
            }
            Some(_) => self.later.push(event),
        }
    }

    /// The next event, if it comes no later than `until`.
    pub(super) fn pop_until(&mut self, until: Duration) -> Option<(Duration, usize)> {
        let until = u64::try_from(until.as_nanos()).unwrap_or(u64::MAX);
        while self.now.is_empty() {
            if !self.turn(until / SLOT) {
                return None;
            }
        }
        let Reverse((at, call)) = *self.now.peek()?;
        if at > until {
            return None;
        }
        self.now.pop();
        Some((Duration::from_nanos(at), call as usize))
    }

    /// Goes on to the next millisecond, none after `last`; `false` where there is none.
    fn turn(&mut self, last: u64) -> bool {
        if self.running >= last {
            return false;
        }
        // Where nothing lies in the slots, they need not be looked at one by one.
        let next = match self.later.peek() {
            _ if self.in_slots > 0 => self.running + 1,
            Some(Reverse((at, _))) => (at / SLOT).clamp(self.running + 1, last),
            None => last,
        };
        if self.in_slots == 0 {
            self.soon.clear();
        }
        self.running = next;
        if let Some(mut slot) = self.soon.pop_front() {
            self.in_slots -= slot.len();
            self.now.extend(slot.drain(..));
            // Its room is of use again.
            if self.soon.len() < SLOTS as usize {
                self.soon.push_back(mem::take(&mut slot));
            }
        }
        while let Some(Reverse((at, _))) = self.later.peek() {
            if at / SLOT > self.running {
                break;
            }
            self.now.extend(self.later.pop());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes and pops in turns, beside a plain heap.
    #[test]
    fn events_come_in_the_order_of_one_heap() {
        fastrand::seed(7);
        let mut queue = Queue::default();
        let mut heap: BinaryHeap<Event> = BinaryHeap::new();
        let mut now = Duration::ZERO;
        for round in 0..20_000 {
            for call in 0..fastrand::usize(..3) {
                let wait = match fastrand::u32(..20) {
                    0 => Duration::from_secs(fastrand::u64(..30)),
                    1 => Duration::ZERO,
                    _ => Duration::from_micros(fastrand::u64(..20_000)),
                };
                queue.push(now + wait, call);
                heap.push(Reverse(((now + wait).as_nanos() as u64, call as u32)));
            }
            let step = if round % 1000 == 0 { 40_000_000 } else { 3000 };
            let until = now + Duration::from_micros(fastrand::u64(..step));
            while let Some((at, call)) = queue.pop_until(until) {
                let Reverse(expected) = heap.pop().unwrap();
                assert_eq!((at.as_nanos() as u64, call as u32), expected);
            }
            let next = heap
                .peek()
                .map(|Reverse((at, _))| Duration::from_nanos(*at));
            assert!(
                next.is_none_or(|next| next > until),
                "{next:?} was held back"
            );
            now = until;
        }
    }
}
