//! Where the attempts of one call run side by side: a fixed number of lanes,
//! inside the call's own future.

use crate::engine::decision::Before;
use crate::engine::retry_token::RetryToken;
use crate::time::clock::Instant;
use pin_project_lite::pin_project;
use std::pin::Pin;

pin_project! {
    /// One attempt after the other, with the waits between them. The first
    /// lane begins with the call, each further one with a hedge.
    #[project = LaneProj]
    #[derive(Default)]
    pub enum Lane<'b, F, S, H> {
        /// Nothing, or nothing any more.
        #[default]
        Idle,
        /// An attempt runs.
        Attempt {
            #[pin]
            running: F,
            number: u32,
            before: Before,
        },
        /// The attempt failed; the next one starts when the time is over.
        Retry {
            #[pin]
            sleep: S,
            until: Option<Instant>,
            token: RetryToken<'b>,
            before: Before,
            handed: H,
        },
        /// A hedge starts when the time is over.
        Hedge {
            #[pin]
            sleep: S,
        },
    }
}

/// A list of lanes whose length the type knows. An array would be the same if
/// its elements could be reached through its pin without `unsafe`.
pub trait Lanes<L>: Default {
    /// The lane at this place; `None` behind the last one.
    fn at(self: Pin<&mut Self>, index: usize) -> Option<Pin<&mut L>>;
}

/// The end of the list.
#[derive(Default)]
pub struct NoLane;

pin_project! {
    /// A lane, and those after it.
    #[derive(Default)]
    pub struct AndLane<L, Rest> {
        #[pin]
        lane: L,
        #[pin]
        rest: Rest,
    }
}

impl<L> Lanes<L> for NoLane {
    #[inline]
    fn at(self: Pin<&mut Self>, _: usize) -> Option<Pin<&mut L>> {
        None
    }
}

impl<L: Default, Rest: Lanes<L>> Lanes<L> for AndLane<L, Rest> {
    #[inline]
    fn at(self: Pin<&mut Self>, index: usize) -> Option<Pin<&mut L>> {
        let this = self.project();
        match index.checked_sub(1) {
            None => Some(this.lane),
            Some(index) => this.rest.at(index),
        }
    }
}

/// At most this many hedges beside the first attempt.
pub struct Hedges<const N: usize>;

/// A number of hedges that there are lanes for.
#[diagnostic::on_unimplemented(message = "hedging is for 1 to 8 hedges beside the first attempt")]
pub trait Room {
    /// As many lanes, and one for the first attempt.
    type Of<L: Default>: Lanes<L>;
}

type OneHedge<L> = AndLane<L, AndLane<L, NoLane>>;

impl Room for Hedges<1> {
    type Of<L: Default> = OneHedge<L>;
}

/// One lane more for each.
macro_rules! room {
    ($($less:literal < $hedges:literal)*) => {$(
        impl Room for Hedges<$hedges> {
            type Of<L: Default> = AndLane<L, <Hedges<$less> as Room>::Of<L>>;
        }
    )*};
}

room!(1 < 2 2 < 3 3 < 4 4 < 5 5 < 6 6 < 7 7 < 8);
