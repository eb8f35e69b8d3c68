//! Calls that only look at an operation: they check, compare, copy or pack it. By their
//! names, and by what becomes of their value, which may be a future that sends.

use super::Awaits;
use super::names::{
    CONSTRUCTORS, is_constructor, is_holder, is_made_by, is_named, is_one_of, parent_of, word_of,
};
use crate::syntax::signature;
use crate::syntax::words::Words;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, ExprMethodCall, Local, Pat, Token, UnOp};

/// What becomes of the value of an expression.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Value {
    /// Anything.
    #[default]
    Unknown,
    /// It is awaited.
    Awaited,
    /// It is no future, and something goes on with it: the operand of a `?`, a variable.
    Kept,
    /// It is returned, asked for its truth, or dropped.
    Ends,
}

impl Value {
    /// What becomes of the first part of an expression whose own value is this.
    pub(super) fn of_first_part(self, whole: &Expr) -> Self {
        match (whole, self) {
            (Expr::Await(_), _) => Self::Awaited,
            (Expr::Unary(unary), _) if matches!(unary.op, UnOp::Deref(_)) => Self::Unknown,
            (
                Expr::Return(_) | Expr::Unary(_) | Expr::Binary(_) | Expr::If(_) | Expr::While(_),
                _,
            )
            | (Expr::Try(_), Self::Ends) => Self::Ends,
            (Expr::Cast(cast), _) if signature::is_plain(&cast.ty) => Self::Kept,
            // Of a future there would be nothing to ask.
            (Expr::MethodCall(call), _) if is_question(&call.method) => Self::Kept,
            (Expr::Try(_) | Expr::Match(_) | Expr::Let(_) | Expr::ForLoop(_), _)
            | (Expr::MethodCall(_) | Expr::Field(_), Self::Kept | Self::Ends) => Self::Kept,
            (Expr::Closure(_) | Expr::Paren(_) | Expr::Group(_), Self::Kept | Self::Ends) => self,
            _ => Self::Unknown,
        }
    }

    /// What becomes of what the blocks of an expression end in, whose own value is this.
    /// `None` where it has none.
    pub(super) fn of_tail(self, whole: &Expr) -> Option<Self> {
        match whole {
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Unsafe(_) => Some(self),
            Expr::While(_) | Expr::ForLoop(_) | Expr::Loop(_) => Some(Self::Ends),
            Expr::Async(_) => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// Whether a function by this name looks at what it is given and sends nothing, as far as
/// a name tells.
pub(in super::super) fn is_look(name: &syn::Ident) -> bool {
    const WORDS: &[&str] = &[
        "check",
        "checked",
        "log",
        "validate",
        "validated",
        "verified",
        "verify",
    ];
    const PREFIXES: &[&str] = &["check_", "has_", "is_", "validate_", "verify_"];
    // "Check in" and "check out" are orders.
    const ORDERS: &[&str] = &["check_in", "check_out"];
    let word = word_of(name);
    let begins = |with: &&str| word.starts_with(with);
    let is_order = |order: &&str| {
        let rest = word.strip_prefix(*order);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    WORDS.contains(&word.as_str()) || PREFIXES.iter().any(begins) && !ORDERS.iter().any(is_order)
}

/// Whether a method of the standard library's traits is called that compares what it is
/// called on, or writes it down.
fn is_std_look(method: &syn::Ident) -> bool {
    const METHODS: &[&str] = &[
        "cmp",
        "eq",
        "fmt",
        "ge",
        "gt",
        "hash",
        "le",
        "lt",
        "ne",
        "partial_cmp",
        "to_string",
    ];
    is_named(method, METHODS)
}

/// `assume_idempotent(|| send(op))`: whether it is said of a call that it may run twice, and
/// of no future, which is looked at where it is awaited.
pub(super) fn is_assumed(call: &ExprCall) -> bool {
    is_one_of(call, &["assume_idempotent"])
        && !Words::of(call.args.to_token_stream()).contain_any(&["async", "await"])
}

/// Whether a method is asked a question, to which the answer is yes or no.
fn is_question(method: &syn::Ident) -> bool {
    let word = word_of(method);
    ["is_", "has_"].iter().any(|with| word.starts_with(with))
}

/// Methods that go on with what their closures return at once, and are none of futures'.
const ASKING: &[&str] = &[
    "all",
    "any",
    "filter",
    "find",
    "inspect",
    "max_by_key",
    "min_by_key",
    "partition",
    "position",
    "retain",
    "skip_while",
    "sort_by_key",
    "take_while",
    "try_for_each",
];

/// Whether a method changes what it is called on, which nothing goes on with but its caller.
fn is_setter(method: &syn::Ident) -> bool {
    let word = word_of(method);
    ["set_", "with_"].iter().any(|with| word.starts_with(with))
}

/// Whether a function of the standard library's is called that gives back what it is given,
/// as it is or packed: `Box::new(op)`, `mem::take(&mut op)`, `Arc::clone(&op)`.
pub(super) fn gives_back(call: &ExprCall) -> bool {
    let parent = parent_of(call);
    let is_in_mem = parent.is_some_and(|parent| parent == "mem");
    let is_of_type = parent.is_some_and(|parent| word_of(parent).starts_with(char::is_uppercase));
    is_holder(call)
        || is_in_mem && is_one_of(call, &["replace", "take"])
        || is_of_type && is_one_of(call, &["clone"])
}

/// Whether a function of the standard library's is called that sends nothing.
fn is_std(call: &ExprCall) -> bool {
    const FUNCTIONS: &[&str] = &["align_of_val", "drop", "forget", "size_of_val"];
    let Expr::Path(path) = &*call.func else {
        return false;
    };
    let (parent, last) = (parent_of(call), path.path.segments.last());
    let is_of_type = parent.is_some_and(|parent| word_of(parent).starts_with(char::is_uppercase));
    is_one_of(call, FUNCTIONS)
        || parent.is_some_and(|parent| parent == "mem") && is_one_of(call, &["swap"])
        || is_of_type && last.is_some_and(|last| is_std_look(&last.ident))
}

impl Awaits<'_> {
    /// What is made where a function is called with it, unless that only looks at it.
    pub(super) fn hand_made_to_function(&mut self, call: &mut ExprCall, value: Value) {
        // What comes back may be another type, `Box<dyn ..>`, where more goes on with it.
        let is_look = is_std(call)
            || is_by_name(&call.func, is_question)
            || value.is_of_a_look() && (gives_back(call) || is_by_name(&call.func, is_look));
        if is_look {
            let is_given_back = is_std(call) || gives_back(call);
            let value = if is_given_back { Value::Ends } else { value };
            self.hand_but_operations(&mut call.args, value);
        } else {
            self.hand_made(&mut call.args);
        }
    }

    /// The same of a method, and what it is called on.
    pub(super) fn hand_made_to_method(&mut self, call: &mut ExprMethodCall, value: Value) {
        if is_std_look(&call.method) || self.variables.is_filled(call) {
            self.hand_but_operations(&mut call.args, Value::Ends);
        } else if is_question(&call.method)
            || value.is_of_a_look() && (call.method == "clone" || is_look(&call.method))
        {
            self.hand_but_operations(&mut call.args, value);
        } else {
            if !(value == Value::Ends && is_setter(&call.method)) {
                self.hand_receiver(&mut call.receiver);
            }
            self.hand_made(&mut call.args);
        }
    }

    /// Whether a statement is a call that only looks at what it is given.
    pub(super) fn is_look_alone(&self, stmt: &Expr) -> bool {
        match stmt {
            Expr::Call(call) => is_std(call) || is_by_name(&call.func, is_look),
            Expr::MethodCall(call) => {
                is_std_look(&call.method) || is_look(&call.method) || self.variables.is_filled(call)
            }
            _ => false,
        }
    }

    /// What becomes of what a variable is bound to: what is packed or copied goes on as what
    /// it is, unless another type is written there. Anything else may be a future.
    pub(super) fn value_of_local(&self, local: &Local) -> Value {
        let init = local.init.as_ref();
        let is_kept = init.is_some_and(|init| is_packed(&init.expr))
            && !matches!(local.pat, Pat::Type(_))
            && !self.variables.is_awaited(local)
            && !self.variables.is_unknown_local(local);
        if is_kept { Value::Kept } else { Value::Unknown }
    }

    /// All arguments but those that are plainly an operation or a loan. One that is given
    /// away comes back as the value, and is passed over where that ends.
    pub(super) fn hand_but_operations(
        &mut self,
        arguments: &mut Punctuated<Expr, Token![,]>,
        value: Value,
    ) {
        for argument in arguments {
            let is_passed = match &*argument {
                Expr::Reference(lent) => lent.mutability.is_none() || is_operation(&lent.expr),
                given => value == Value::Ends && is_operation(given),
            };
            if !is_passed {
                self.hand_one_made(argument);
            }
        }
    }

    /// `Ok(validated(op)?)`: what is in it goes where it goes.
    fn visit_call_parts(&mut self, call: &mut ExprCall, value: Value) {
        let is_passed_on = is_one_of(call, CONSTRUCTORS) && value.is_of_a_look();
        self.visit_expr_mut(&mut call.func);
        let value = if is_passed_on { value } else { Value::Unknown };
        self.visit_each(call.args.iter_mut(), value);
    }

    fn visit_method_parts(&mut self, call: &mut ExprMethodCall) {
        self.visit_expr_mut(&mut call.receiver);
        let is_asking = !self.has_streams && is_named(&call.method, ASKING);
        for argument in &mut call.args {
            if let Expr::Closure(_) = argument {
                if is_asking {
                    self.value = Value::Ends;
                } else if self.caller.is_sync {
                    self.value = Value::Kept;
                }
            }
            self.visit_expr_mut(argument);
        }
    }

    fn visit_each<'e>(&mut self, parts: impl IntoIterator<Item = &'e mut Expr>, value: Value) {
        for part in parts {
            self.value = value;
            self.visit_expr_mut(part);
        }
    }

    fn visit_arms(&mut self, matched: &mut syn::ExprMatch) {
        // `match f() { f => f.await }`
        let is_bound_whole = matched.arms.iter().any(|arm| binds_whole(&arm.pat));
        self.value = if is_bound_whole {
            Value::Unknown
        } else {
            Value::Kept
        };
        self.visit_expr_mut(&mut matched.expr);
        for arm in &mut matched.arms {
            // The guard is the one expression in it.
            self.value = Value::Ends;
            self.visit_pat_mut(&mut arm.pat);
            self.value = self.tail;
            self.visit_expr_mut(&mut arm.body);
        }
    }

    fn visit_branches(&mut self, branch: &mut syn::ExprIf) {
        self.value = Value::Ends;
        self.visit_expr_mut(&mut branch.cond);
        self.visit_block_mut(&mut branch.then_branch);
        if let Some((_, otherwise)) = &mut branch.else_branch {
            self.value = self.tail;
            self.visit_expr_mut(otherwise);
        }
    }

    /// The parts of an expression whose own value is `value`.
    pub(super) fn visit_parts(&mut self, expr: &mut Expr, value: Value) {
        let tail = self.tail;
        self.tail = value.of_tail(expr).unwrap_or(tail);
        self.value = value.of_first_part(expr);
        match expr {
            Expr::Call(call) if is_assumed(call) => {}
            Expr::Call(call) if call.attrs.is_empty() => self.visit_call_parts(call, value),
            Expr::MethodCall(call) if call.attrs.is_empty() => self.visit_method_parts(call),
            Expr::Binary(binary) => {
                self.visit_each([&mut *binary.left, &mut *binary.right], Value::Ends);
            }
            Expr::Tuple(tuple) if value == Value::Ends => {
                self.visit_each(&mut tuple.elems, value);
            }
            Expr::Struct(made) if value == Value::Ends => {
                let fields = made.fields.iter_mut().map(|field| &mut field.expr);
                self.visit_each(fields.chain(made.rest.as_deref_mut()), value);
            }
            Expr::Match(matched) => self.visit_arms(matched),
            Expr::If(branch) => self.visit_branches(branch),
            other => visit_mut::visit_expr_mut(self, other),
        }
        self.tail = tail;
        self.value = Value::Unknown;
    }
}

impl Value {
    /// Whether it is what a look may come to: no future.
    fn is_of_a_look(self) -> bool {
        matches!(self, Self::Kept | Self::Ends)
    }
}

/// Whether the name of a called function is one of these.
fn is_by_name(func: &Expr, is_one: impl Fn(&syn::Ident) -> bool) -> bool {
    let Expr::Path(path) = func else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| is_one(&last.ident))
}

/// Whether a pattern is one name, and no constant's or variant's.
fn binds_whole(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(pat) if word_of(&pat.ident).starts_with(char::is_lowercase))
}

/// Whether a value is packed or copied, as it is or in an `Ok`.
fn is_packed(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => gives_back(call) || is_one_of(call, CONSTRUCTORS),
        Expr::MethodCall(call) => call.method == "clone",
        _ => false,
    }
}

/// Whether it is plainly an operation where it stands: a struct, what a type makes, a name.
fn is_operation(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Struct(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Call(call) => {
            is_constructor(&call.func)
                || is_made_by(&call.func) && is_one_of(call, &["default", "from", "new"])
        }
        _ => false,
    }
}
