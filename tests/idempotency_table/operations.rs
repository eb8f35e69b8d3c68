//! Functions and methods that take operations: those that look at them, and those that
//! send them, some under names of the others.

use super::common::*;
use std::fmt;

pub fn validate(_: &Charge) -> io::Result<()> {
    Ok(())
}

pub fn is_valid(_: &Charge) -> bool {
    true
}

pub fn check_limits<O>(_: &O, _: u64) -> io::Result<u64> {
    Ok(1)
}

pub fn validated(charge: Charge) -> io::Result<Charge> {
    Ok(charge)
}

pub fn load() -> io::Result<Charge> {
    Ok(Charge { cents: 1 })
}

impl Charge {
    pub fn with_key(self, _: u8) -> Self {
        self
    }
}

impl PartialEq for Charge {
    fn eq(&self, other: &Self) -> bool {
        self.cents == other.cents
    }
}

impl fmt::Debug for Charge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cents)
    }
}

pub trait Op {}

impl Op for Charge {}

pub fn send_dyn(_: Arc<dyn Op>) -> io::Result<u64> {
    Ok(1)
}

pub fn send_box(_: Box<dyn Op>) -> io::Result<u64> {
    Ok(1)
}

pub fn send_val<O>(_: O) -> io::Result<u64> {
    Ok(1)
}

pub fn send_slice_sync(_: &[Charge]) -> io::Result<u64> {
    Ok(1)
}

/// Whatever it is, it sends itself.
pub trait SendIt {
    fn send_it(&self) -> io::Result<u64> {
        Ok(1)
    }

    fn go_it(&mut self) -> io::Result<u64> {
        Ok(1)
    }

    fn into_it(self) -> io::Result<u64>
    where
        Self: Sized,
    {
        Ok(1)
    }
}

impl<T: ?Sized> SendIt for T {}

pub trait Ex {
    async fn ex(&self, _: &Bank) -> io::Result<u64> {
        Ok(1)
    }
}

impl<T: ?Sized> Ex for T {}

pub async fn validate_later(_: &Charge) -> io::Result<u64> {
    Ok(1)
}

pub async fn check<O>(_: O) -> io::Result<u64> {
    Ok(1)
}

/// A queue of work, with methods that go by the names of a list's.
pub struct Queue;

impl Queue {
    pub fn new() -> Self {
        Self
    }

    pub fn push<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }

    pub fn insert<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }

    pub fn take<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }

    pub fn replace<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }

    pub fn drop_off<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }

    pub fn set_op<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }

    pub fn check_out<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }
}
