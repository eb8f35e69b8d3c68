//! Against a tonic server in this process, under a paused clock.

mod calls;
mod http2;
mod layered;
mod node;
