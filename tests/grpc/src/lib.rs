//! What is generated of the protos, for the tests beside it.

/// `lab.proto`: a method of each kind.
#[allow(missing_docs, clippy::pedantic, unreachable_pub, reason = "generated")]
pub mod lab {
    tonic::include_proto!("lab.v1");
}

/// The packages of `retry-tower-build`'s tests: that what it writes compiles.
#[allow(
    missing_docs,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    reason = "generated"
)]
pub mod packages {
    pub mod common {
        pub mod v1 {
            tonic::include_proto!("common.v1");
        }
    }
    pub mod shop {
        tonic::include_proto!("shop");
        pub mod orders {
            pub mod v1 {
                tonic::include_proto!("shop.orders.v1");
            }
        }
        pub mod users {
            pub mod v1 {
                tonic::include_proto!("shop.users.v1");
            }
        }
    }
}
