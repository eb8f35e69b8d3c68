//! A library that hands the runtime on to its users, under a name of its own.

pub mod parts {
    //! Where it does so.

    pub use retry_runtime as retries;
}
