//! `testing::Inject`: the error types that a test can make an attempt end in. It is here
//! since `#[derive(Transient)]` writes an impl, whatever features are on.

/// An error type that `testing::fail` can make an attempt end in.
///
/// `#[derive(Transient)]` writes it for a type without generics; it is implemented for
/// [`std::io::Error`], for boxed `dyn Error`s, `String`, and the errors of other crates
/// whose features are on. For another type of your own it is one line:
#[cfg_attr(
    feature = "testing",
    doc = r#"
```
use retry_runtime::testing::{self, Inject};
use retry_runtime::retry;

#[derive(Debug)]
struct Refused;

impl Inject for Refused {}

#[retry(backoff = none, on = |_| true)]
async fn get() -> Result<u32, Refused> {
    Ok(7)
}

# #[tokio::main(flavor = "current_thread")]
# async fn main() {
assert_eq!(testing::fail("*::get", 2, || Refused).during(get()).await.unwrap(), 7);
# }
```"#
)]
#[diagnostic::on_unimplemented(
    message = "a test cannot make an attempt end in a `{Self}`",
    label = "this error type is not `Inject`",
    note = "write `impl retry_runtime::testing::Inject for {Self} {{}}` beside the type, or derive `Transient` for it, which does that where it has no generics",
    note = "for a type of another crate, turn on the feature of `retry-runtime` that is named after it"
)]
pub trait Inject: 'static {}
