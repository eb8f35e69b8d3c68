//! `timeout = 2s`: the time that each attempt may take.

use crate::literal::{self, Setting};
use std::time::Duration;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Setting<Duration>> {
    literal::duration(input.parse()?, "timeout")
}
