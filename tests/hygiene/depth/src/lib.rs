//! Retried functions that call one another, as many as the default recursion limit lets
//! be spawned: rustc counts every type within the future to find that it is `Send`. Each
//! stands behind the one that it calls: where it stands before it, the same limit ends the
//! search for the future's size sooner, at some 13 of these, and at 30 functions without
//! retries. Without `cfg(deep)` there are none, since features of the runtime that other
//! packages turn on add types.

#![cfg(deep)]

use retry_runtime::{Policy, idempotent, retry};
use std::{future, io};

static SHARED: Policy = Policy::DEFAULT;

/// As a runtime takes it.
fn spawn<F: Future + Send + 'static>(future: F) {
    drop(future);
}

/// Functions, each of which calls the next one.
macro_rules! functions {
    ([$($attr:tt)*] $name:ident) => {
        #[retry($($attr)*)]
        async fn $name(number: u32) -> io::Result<u32> {
            future::ready(()).await;
            Ok(number)
        }
    };
    ([$($attr:tt)*] $name:ident $next:ident $($rest:ident)*) => {
        functions!([$($attr)*] $next $($rest)*);
        #[retry($($attr)*)]
        async fn $name(number: u32) -> io::Result<u32> {
            $next(number + 1).await
        }
    };
}

/// A module of them, the first of which can be spawned.
macro_rules! chain {
    ($module:ident: [$($attr:tt)*] $($name:ident)*) => {
        mod $module {
            use super::*;
            functions!([$($attr)*] first $($name)*);
            pub fn spawned() {
                spawn(first(1));
            }
        }
    };
}

/// The same with methods of one impl block under a shared policy of the block's.
macro_rules! methods {
    ($module:ident: [$($attr:tt)*] $($name:ident $next:ident)*) => {
        mod $module {
            use super::*;
            pub struct Client;

            #[retry($($attr)*)]
            impl Client {
                #[idempotent]
                async fn last(&self, number: u32) -> io::Result<u32> {
                    future::ready(()).await;
                    Ok(number)
                }
                $(
                    #[idempotent]
                    async fn $name(&self, number: u32) -> io::Result<u32> {
                        self.$next(number + 1).await
                    }
                )*
            }

            pub fn spawned() {
                spawn(async { Client.first(1).await });
            }
        }
    };
}

chain!(plain: [] b c d e f g h i j k l m n o p q r s t);
chain!(limited: [timeout = 1s, deadline = 9s] b c d e f g h i j k l m n o p q);
chain!(shared: [policy = &SHARED] b c d e f g h i j k l m n o p q);
chain!(hedged: [hedge = 50ms] b c d e f g h i j k);
methods!(block: []
    b last c b d c e d f e g f h g i h j i k j l k m l n m o n p o q p r q first r);
methods!(limited_block: [timeout = 1s]
    b last c b d c e d f e g f h g i h j i k j l k m l n m o n first o);

/// Uses all of them.
pub fn all() {
    plain::spawned();
    limited::spawned();
    shared::spawned();
    hedged::spawned();
    block::spawned();
    limited_block::spawned();
}
