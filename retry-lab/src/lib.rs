#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "counts and seconds of a simulation stay far below 2^31"
)]

pub mod chart;
pub mod cli;
pub mod comparison;
mod page;
pub mod plan;
pub mod simulation;
pub mod table;
