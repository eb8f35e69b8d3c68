//! What is known by name: functions and methods that take futures, and the word
//! that a call goes by.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprPath, Stmt, UnOp};

/// Methods of futures that make others, so that the type is lost, or is one that
/// the runtime does not know. They are looked for wherever they stand; before an
/// `.await` so is every other method.
pub(super) const ADAPTERS: &[&str] = &[
    "boxed",
    "boxed_local",
    "catch_unwind",
    "err_into",
    "flatten",
    "fuse",
    "in_current_span",
    "instrument",
    "left_future",
    "map_ok",
    "map_ok_or_else",
    "never_error",
    "now_or_never",
    "ok_into",
    "remote_handle",
    "right_future",
    "shared",
    "try_flatten",
    "unit_error",
    "with_current_subscriber",
    "with_subscriber",
];

/// Methods whose closure makes the future that comes next.
pub(super) const FOLLOWED: &[&str] = &["and_then", "or_else", "then"];

/// Functions that take a future and run it: as a task of its own, or together
/// with others.
pub(super) const RUNNERS: &[&str] = &[
    "abortable",
    "block_on",
    "cooperative",
    "join",
    "join3",
    "join4",
    "join5",
    "select",
    "spawn",
    "spawn_local",
    "try_join",
    "try_join3",
    "try_join4",
    "try_join5",
    "try_select",
    "unconstrained",
];

/// Functions whose futures show the type of the one inside, unless a method has
/// hidden it.
pub(super) const LIMITS: &[&str] = &["timeout", "timeout_at"];

/// Functions that take futures as something to iterate over.
pub(super) const RUNNERS_OF_MANY: &[&str] =
    &["join_all", "select_all", "select_ok", "try_join_all"];

/// Methods of runtimes and sets of tasks that take a future and run it.
pub(super) const SPAWNERS: &[&str] = &[
    "block_on",
    "run_until",
    "spawn",
    "spawn_local",
    "spawn_local_on",
    "spawn_on",
];

/// Methods that take a future, or a closure that makes one, where the body makes a
/// stream or a set of them.
pub(super) const MAKERS: &[&str] = &[
    "and_then",
    "extend",
    "filter_map",
    "flat_map",
    "for_each",
    "for_each_concurrent",
    "map",
    "or_else",
    "push",
    "push_back",
    "push_front",
    "then",
    "try_for_each",
    "try_for_each_concurrent",
    "try_push",
];

/// Words of a body that makes a stream, a set of futures or many tasks.
pub(super) const STREAMS: &[&str] = &[
    "buffer_unordered",
    "buffered",
    "for_each_concurrent",
    "FuturesOrdered",
    "FuturesUnordered",
    "JoinSet",
    "JoinMap",
    "next",
    "SelectAll",
    "spawn",
    "spawn_local",
    "stream",
    "StreamExt",
    "try_buffer_unordered",
    "try_buffered",
    "try_for_each_concurrent",
    "try_next",
    "TryStreamExt",
];

/// Functions and types that make a future or a stream out of a future.
pub(super) const WRAPPERS: &[&str] = &[
    "AssertUnwindSafe",
    "Left",
    "Right",
    "from_iter",
    "maybe_done",
    "once",
    "try_maybe_done",
];

/// Functions that never return: a call around one is never reached, and rustc warns.
pub(super) const DIVERGING: &[&str] = &["abort", "exit", "panic_any", "resume_unwind"];

/// What is only packed by them is not handed to a call.
pub(super) const CONSTRUCTORS: &[&str] = &["Err", "Ok", "Some"];

/// Functions whose closures run on a thread of their own, or instead of a value.
pub(super) const SYNCHRONOUS: &[&str] = &[
    "for_each",
    "get_or_insert_with",
    "map_or_else",
    "ok_or_else",
    "or_insert_with",
    "spawn",
    "spawn_blocking",
    "unwrap_or_else",
];

/// Macros that end in a text, or in a word of the compiler's.
pub(super) const PRINTED: &[&str] = &[
    "cfg",
    "column",
    "concat",
    "env",
    "file",
    "format",
    "format_args",
    "include_bytes",
    "include_str",
    "json",
    "line",
    "matches",
    "module_path",
    "panic",
    "stringify",
    "todo",
    "unimplemented",
    "unreachable",
];

/// Whether a call is one of the standard library's that makes no future and no operation:
/// to look at it would be for nothing.
pub(super) fn is_plain(expr: &Expr) -> bool {
    const METHODS: &[&str] = &[
        "as_bytes",
        "as_deref",
        "as_mut",
        "as_ref",
        "as_slice",
        "as_str",
        "bytes",
        "chars",
        "copied",
        "count",
        "is_empty",
        "iter",
        "len",
        "lines",
        "to_owned",
        "to_string",
        "to_vec",
        "trim",
    ];
    const TYPES: &[&str] = &[
        "BTreeMap",
        "Duration",
        "HashMap",
        "HashSet",
        "Instant",
        "Path",
        "PathBuf",
        "String",
        "SystemTime",
        "Vec",
    ];
    match expr {
        Expr::MethodCall(call) => is_named(&call.method, METHODS),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let parent = path.path.segments.iter().rev().nth(1);
                parent.is_some_and(|parent| is_named(&parent.ident, TYPES))
            }
            _ => false,
        },
        _ => false,
    }
}

/// What may be lent and stays where it is: a field, an element, what a pointer leads to, a
/// constant.
pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| {
            let word = word_of(&last.ident);
            word.len() > 1 && !word.contains(char::is_lowercase)
        }),
        _ => false,
    }
}

pub(super) fn has_attributes(expr: &Expr) -> bool {
    match expr {
        Expr::Call(it) => !it.attrs.is_empty(),
        Expr::MethodCall(it) => !it.attrs.is_empty(),
        Expr::Struct(it) => !it.attrs.is_empty(),
        Expr::Path(it) => !it.attrs.is_empty(),
        Expr::Reference(it) => !it.attrs.is_empty(),
        _ => false,
    }
}

pub(super) fn is_call(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(_) | Expr::MethodCall(_))
}

/// Whether what a call returns is inferred from where it goes: that is no future,
/// and wrapped it could not be inferred. Nor could the parameters of a closure in
/// a `Box::new(|x| ..)`.
pub(super) fn is_inferred(expr: &Expr) -> bool {
    const INFERRED: &[&str] = &[
        "collect",
        "default",
        "expect",
        "into",
        "parse",
        "product",
        "sum",
        "try_into",
        "unwrap",
        "unwrap_or_default",
    ];
    match expr {
        Expr::MethodCall(call) => call.turbofish.is_none() && is_named(&call.method, INFERRED),
        Expr::Call(call) if is_one_of(call, &["new"]) => {
            call.args.iter().any(|arg| matches!(arg, Expr::Closure(_)))
        }
        Expr::Call(call) => is_one_of(call, INFERRED),
        _ => false,
    }
}

/// `FutureExt::map(..)`: an adapter by its path.
pub(super) fn is_adapter(call: &ExprCall) -> bool {
    let Expr::Path(path) = &*call.func else {
        return false;
    };
    let mut segments = path.path.segments.iter().rev().skip(1);
    segments.next().is_some_and(|parent| {
        let parent = parent.ident.to_string();
        parent.ends_with("FutureExt") || parent == "Instrument" || parent == "WithSubscriber"
    })
}

/// Whether a function is called by a path that is a library's of futures. One
/// of the user's own may go by the same name and take anything.
pub(super) fn is_of_a_library(call: &ExprCall) -> bool {
    const PARENTS: &[&str] = &[
        "async_std",
        "coop",
        "executor",
        "future",
        "futures",
        "runtime",
        "smol",
        "task",
        "time",
        "tokio",
    ];
    parent_of(call).is_some_and(|parent| is_named(parent, PARENTS))
}

/// The segment before the last one of a called path.
pub(super) fn parent_of(call: &ExprCall) -> Option<&Ident> {
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let parent = path.path.segments.iter().rev().nth(1);
    parent.map(|parent| &parent.ident)
}

/// Whether a struct is made, or a variant, in a tuple's shape.
pub(super) fn is_constructor(func: &Expr) -> bool {
    is_type(func, 0)
}

/// `Cancel`, `Order::Cancel`: whether a name is that of a unit struct or a variant, and no
/// constant's.
pub(super) fn is_unit(path: &ExprPath) -> bool {
    let last = path.path.segments.last();
    last.is_some_and(|last| {
        let word = word_of(&last.ident);
        let is_constant = word.len() > 1 && !word.contains(char::is_lowercase);
        let is_constructor = word == "None" || CONSTRUCTORS.contains(&word.as_str());
        word.starts_with(char::is_uppercase) && !is_constant && !is_constructor
    })
}

/// `Charge(..)`, `Charge::new(..)`: whether a type is called, or a function of one.
pub(super) fn is_made_by(func: &Expr) -> bool {
    is_type(func, 0) || is_type(func, 1)
}

/// `Box::pin(..)`, `Arc::new(..)`: what is inside is looked at.
pub(super) fn is_holder(call: &ExprCall) -> bool {
    const HOLDERS: &[&str] = &["Arc", "Box", "Pin", "Rc"];
    is_one_of(call, &["new", "pin"])
        && parent_of(call).is_some_and(|holder| is_named(holder, HOLDERS))
}

/// Whether the segment of a path, counted from its end, is a type's name.
fn is_type(func: &Expr, from_end: usize) -> bool {
    let Expr::Path(path) = func else { return false };
    let segment = path.path.segments.iter().rev().nth(from_end);
    segment.is_some_and(|segment| word_of(&segment.ident).starts_with(char::is_uppercase))
}

pub(super) fn word_of(name: &Ident) -> String {
    name.unraw().to_string()
}

pub(super) fn is_named(method: &Ident, names: &[&str]) -> bool {
    names.contains(&method.to_string().as_str())
}

/// Whether a function of one of these names is called, under whatever path.
pub(super) fn is_one_of(call: &ExprCall, names: &[&str]) -> bool {
    match &*call.func {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| is_named(&last.ident, names)),
        _ => false,
    }
}

/// The word that a call goes by, for errors to point at.
pub(super) fn call_span(expr: &Expr) -> Span {
    match expr {
        Expr::MethodCall(call) => call.method.span(),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path
                .path
                .segments
                .last()
                .map_or_else(|| path.span(), |last| last.ident.span()),
            other => call_span(other),
        },
        Expr::Paren(expr) => call_span(&expr.expr),
        Expr::Group(expr) => call_span(&expr.expr),
        Expr::Reference(expr) => call_span(&expr.expr),
        // The tail of a function is evaluated in a block of its own.
        Expr::Block(expr) => match &expr.block.stmts[..] {
            [Stmt::Expr(tail, None)] => call_span(tail),
            _ => expr.span(),
        },
        other => other.span(),
    }
}
