//! Arguments of a retried function. Every attempt starts from the arguments of the
//! call. They are borrowed uniquely, so that a future can be `Send` whose arguments are
//! not `Sync`.

use crate::syntax::attributes::{cfgs_of, is_allow, take_lints};
use crate::syntax::patterns::bound_names;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use crate::syntax::words::Words;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use std::slice;
use syn::ext::IdentExt;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, FnArg, Local, Pat, PatIdent, Path, Receiver, ReceiverKind, Signature, Stmt,
    Token, Type,
};

/// What the expansion adds for the arguments.
#[derive(Default)]
pub(crate) struct Bindings {
    /// Once, before the loop.
    pub(crate) before: TokenStream,
    /// At the head of each attempt, behind the uses of what is captured.
    inside: TokenStream,
    /// What each attempt captures by unique borrow.
    captured: Vec<Ident>,
}

impl Bindings {
    /// What stands at the head of each attempt.
    pub(crate) fn inside(&self) -> TokenStream {
        let (captured, inside) = (uniquely(&self.captured), &self.inside);
        code!(#captured #inside)
    }

    /// Those of the attempt, and those of the statements around it.
    pub(crate) fn add_inside(&mut self, other: Self) {
        self.inside.extend(other.inside);
        self.captured.extend(other.captured);
    }
}

/// The attributes of an argument that its other bindings have as well.
struct Kept {
    cfgs: TokenStream,
    lints: Vec<Attribute>,
}

impl Kept {
    fn of(attrs: &[Attribute]) -> Self {
        Self {
            cfgs: cfgs_of(attrs),
            lints: attrs.iter().filter(|it| is_allow(it)).cloned().collect(),
        }
    }

    /// Of an argument whose copy is what the body uses.
    fn taken(attrs: &mut Vec<Attribute>) -> Self {
        Self {
            cfgs: cfgs_of(attrs),
            lints: take_lints(attrs),
        }
    }
}

impl ToTokens for Kept {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { cfgs, lints } = self;
        tokens.extend(code!(#cfgs #(#lints)*));
    }
}

/// How an argument is passed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Passed {
    Value,
    Shared,
    Unique,
}

/// Writes [`Bindings`] and makes room for them in the patterns.
pub(crate) struct Binder<'a> {
    /// What the runtime is called in the function.
    pub(crate) rt: &'a Ident,
    /// Whether attempts are futures, which have to be `Send`.
    pub(crate) is_async: bool,
    /// Whether attempts run concurrently: they share the arguments then.
    pub(crate) is_shared: bool,
    /// Whether the attempt uses a variable: one that it does not use is not captured.
    pub(crate) is_used: &'a dyn Fn(&Ident) -> bool,
    /// The name of the `Attempt` in the body, which shadows an argument of that name.
    pub(crate) attempt: Option<&'a Ident>,
    /// The user's own backoff: it may hold borrows of arguments for as long as
    /// the call goes on, so these cannot be borrowed uniquely.
    pub(crate) backoff: Option<&'a Expr>,
    pub(crate) bindings: Bindings,
}

impl Binder<'_> {
    pub(crate) fn signature(&mut self, sig: &mut Signature) {
        for input in &mut sig.inputs {
            match input {
                FnArg::Receiver(receiver) => self.receiver(receiver),
                FnArg::Typed(arg) => {
                    let kept = match &*arg.pat {
                        Pat::Ident(pat) if pat.mutability.is_some() && self.uses(&pat.ident) => {
                            Kept::taken(&mut arg.attrs)
                        }
                        _ => Kept::of(&arg.attrs),
                    };
                    self.pattern(&mut arg.pat, Some(&arg.ty), &kept);
                }
            }
        }
    }

    /// For `async_trait`: the statements that it moves the arguments with, and the
    /// arguments that are references, which it leaves in the signature.
    pub(crate) fn preamble(&mut self, stmts: &mut [Stmt], sig: &mut Signature) {
        let self_by_value = sig
            .inputs
            .iter()
            .any(|input| matches!(input, FnArg::Receiver(receiver) if is_by_value(receiver)));
        for stmt in stmts {
            let Stmt::Local(local) = stmt else { continue };
            if binds_self(local) && !self_by_value {
                continue;
            }
            let kept = Kept::of(&local.attrs);
            let ty = moved_argument(local, sig);
            self.pattern(&mut local.pat, ty.as_ref(), &kept);
        }
        for input in &mut sig.inputs {
            if let FnArg::Typed(arg) = input {
                if passed(&arg.ty) != Passed::Value {
                    let kept = Kept::of(&arg.attrs);
                    self.pattern(&mut arg.pat, Some(&arg.ty), &kept);
                }
            }
        }
    }

    /// For a function that returns an `async` block: the statements before the block.
    /// Their variables are borrowed by every attempt. One that is `mut` is not reset:
    /// it keeps what an earlier attempt has assigned to it.
    pub(crate) fn locals(&mut self, stmts: &mut [Stmt]) {
        let mut seen = Vec::new();
        for stmt in stmts.iter_mut().rev() {
            let Stmt::Local(local) = stmt else { continue };
            let kept = Kept::of(&local.attrs);
            let (pat, ty) = match &mut local.pat {
                Pat::Type(pat) => (&mut *pat.pat, Some(&*pat.ty)),
                pat => (pat, None),
            };
            let names = bound_names(pat);
            if let (Pat::Ident(ident), [name]) = (&mut *pat, &names[..]) {
                let is_plain = ident.mutability.is_none() && ident.by_ref.is_none();
                if is_plain
                    && ty.is_none_or(|ty| passed(ty) == Passed::Value)
                    && !seen.contains(name)
                {
                    self.variable(ident, Passed::Value, &kept);
                }
            }
            seen.extend(names);
        }
    }

    fn receiver(&mut self, receiver: &Receiver) {
        let this = &receiver.self_token;
        let name = Ident::new("self", this.span);
        if is_by_value(receiver) && self.is_captured(&name) && (self.is_used)(&name) {
            self.bindings.captured.push(name);
        }
    }

    /// Binds the variables of a pattern. A `mut` is added to one only where the type
    /// shows that the pattern binds by value: on a binding by reference it would change
    /// the mode.
    fn pattern(&mut self, pat: &mut Pat, ty: Option<&Type>, kept: &Kept) {
        match (pat, ty) {
            (Pat::Ident(ident), _) if ident.subpat.is_none() && ident.by_ref.is_none() => {
                self.variable(ident, ty.map_or(Passed::Value, passed), kept);
            }
            (Pat::Paren(pat), ty) => self.pattern(&mut pat.pat, ty, kept),
            (pat, Some(Type::Paren(ty))) => self.pattern(pat, Some(&ty.elem), kept),
            (pat, Some(Type::Group(ty))) => self.pattern(pat, Some(&ty.elem), kept),
            (Pat::Tuple(pat), Some(Type::Tuple(ty))) if pat.elems.len() == ty.elems.len() => {
                for (pat, ty) in pat.elems.iter_mut().zip(&ty.elems) {
                    self.pattern(pat, Some(ty), kept);
                }
            }
            (Pat::TupleStruct(pat), Some(Type::Path(ty))) if is_same(&pat.path, &ty.path) => {
                for pat in &mut pat.elems {
                    self.field(pat, kept);
                }
            }
            (Pat::Struct(pat), Some(Type::Path(ty))) if is_same(&pat.path, &ty.path) => {
                for field in &mut pat.fields {
                    self.field(&mut field.pat, kept);
                }
            }
            (pat, _) => Nested { binder: self, kept }.visit_pat_mut(pat),
        }
    }

    /// A field of a struct that is passed by value: its own type is not known.
    fn field(&mut self, pat: &mut Pat, kept: &Kept) {
        match pat {
            Pat::Ident(ident) if is_constant(ident) => {}
            Pat::Ident(_) => self.pattern(pat, None, kept),
            _ => Nested { binder: self, kept }.visit_pat_mut(pat),
        }
    }

    /// The attempt begins with a copy of `mut c: C`, and with a use of `c: C`.
    fn variable(&mut self, pat: &mut PatIdent, passed: Passed, kept: &Kept) {
        if !self.uses(&pat.ident) {
            return;
        }
        let was_mut = pat.mutability.is_some();
        if passed == Passed::Value && !was_mut && kept.cfgs.is_empty() {
            if self.is_captured(&pat.ident) {
                self.bindings.captured.push(pat.ident.clone());
            }
            return;
        }
        let inside = self.inside(&pat.ident, pat.mutability, passed);
        let needs_mut = match passed {
            Passed::Value => was_mut && !self.is_shared,
            Passed::Unique | Passed::Shared => false,
        };
        // At the variable, so that rustc's messages name it.
        pat.mutability = needs_mut.then(|| Token![mut](pat.ident.span()));
        if !inside.is_empty() {
            self.bindings.inside.extend(code!(#kept #inside));
        }
    }

    fn uses(&self, name: &Ident) -> bool {
        let is_hidden = self
            .attempt
            .is_some_and(|attempt| attempt.unraw() == name.unraw());
        !is_hidden && (self.is_used)(name)
    }

    /// Whether attempts capture an argument by unique borrow.
    fn is_captured(&self, name: &Ident) -> bool {
        let is_lent = |backoff: &Expr| Words::of(backoff.to_token_stream()).mention(name);
        self.is_async && !self.is_shared && !self.backoff.is_some_and(is_lent)
    }

    fn inside(&self, name: &Ident, was_mut: Option<Token![mut]>, passed: Passed) -> TokenStream {
        let (rt, shadows) = (self.rt, shadows());
        match (passed, was_mut) {
            (Passed::Value, Some(mutability)) => {
                let span = SpanRange::of(name);
                let borrow = if self.is_shared {
                    code!(&#name)
                } else {
                    code!(&mut #name)
                };
                let fresh = span.call(rt, "Fresh", None, borrow);
                let (copy, arguments) = (span.ident("__copy"), span.arguments(code!()));
                code!(#shadows let #mutability #name = { use #rt::NotCopy as _; #fresh.#copy #arguments };)
            }
            (Passed::Value, None) if self.is_captured(name) => uniquely(slice::from_ref(name)),
            (Passed::Shared, Some(mutability)) => code!(#shadows let #mutability #name = #name;),
            (Passed::Unique, Some(mutability)) => {
                code!(#shadows let #mutability #name = &mut *#name;)
            }
            _ => TokenStream::new(),
        }
    }
}

/// For a variable that is bound anew under its name: the lints on that are for the
/// user's own code.
pub(crate) fn shadows() -> TokenStream {
    code! {
        #[allow(
            clippy::no_effect_underscore_binding,
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated
        )]
    }
}

/// A use that is never reached: the attempt captures the arguments by unique
/// borrow, which asks no `Sync` of them, and rustc still wants a `mut` for
/// whatever changes them, as in a function without the attribute. One use for all of them
/// is a fiftieth less of the check of a small method.
fn uniquely(names: &[Ident]) -> TokenStream {
    let unreached = |uses| code!(#[allow(unreachable_code, clippy::used_underscore_binding)] if false { loop {} let _ = #uses; });
    match names {
        [] => TokenStream::new(),
        [name] => unreached(code!(&mut #name)),
        names => unreached(code!((#(&mut #names),*))),
    }
}

/// The variables of a pattern whose binding mode is not known, like `[a, mut b]`: they
/// are bound once more before the loop, where a `mut` does not change that mode.
struct Nested<'b, 'a> {
    binder: &'b mut Binder<'a>,
    kept: &'b Kept,
}

impl VisitMut for Nested<'_, '_> {
    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        if pat.by_ref.is_none() && !is_constant(pat) && self.binder.uses(&pat.ident) {
            let name = &pat.ident;
            let inside = self.binder.inside(name, pat.mutability, Passed::Value);
            if !inside.is_empty() {
                let (kept, shadows) = (self.kept, shadows());
                let mutability = pat.mutability.filter(|_| !self.binder.is_shared);
                self.binder
                    .bindings
                    .before
                    .extend(code!(#kept #shadows let #mutability #name = #name;));
                self.binder.bindings.inside.extend(code!(#kept #inside));
                pat.mutability = None;
            }
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }
}

fn passed(ty: &Type) -> Passed {
    match ty {
        Type::Reference(ty) if ty.mutability.is_some() => Passed::Unique,
        Type::Reference(_) => Passed::Shared,
        Type::Paren(ty) => passed(&ty.elem),
        Type::Group(ty) => passed(&ty.elem),
        _ => Passed::Value,
    }
}

/// Whether `self` is an owned value, also `self: Arc<Self>`.
fn is_by_value(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Value => true,
        ReceiverKind::Typed(_, ty) => !matches!(**ty, Type::Reference(_)),
        _ => false,
    }
}

/// Whether a pattern and a type have the same path: then the argument is no reference.
fn is_same(pattern: &Path, ty: &Path) -> bool {
    pattern.segments.len() == ty.segments.len()
        && pattern
            .segments
            .iter()
            .zip(&ty.segments)
            .all(|(pattern, ty)| pattern.ident == ty.ident)
}

/// Whether an identifier in a pattern is a constant or a unit struct, as far
/// as its spelling tells.
fn is_constant(pat: &PatIdent) -> bool {
    pat.mutability.is_none() && pat.ident.to_string().starts_with(char::is_uppercase)
}

/// The type of the argument `__arg1` in
/// `let PATTERN = { let __arg1 = __arg1; __arg1 };`, as `async_trait` writes it.
fn moved_argument(local: &Local, sig: &Signature) -> Option<Type> {
    let Expr::Block(block) = &*local.init.as_ref()?.expr else {
        return None;
    };
    let Stmt::Expr(Expr::Path(path), None) = block.block.stmts.last()? else {
        return None;
    };
    let name = path.path.get_ident()?;
    sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(arg) => match &*arg.pat {
            Pat::Ident(pat) if pat.ident == *name => Some((*arg.ty).clone()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

/// `let __self = self;`
fn binds_self(local: &Local) -> bool {
    local.init.as_ref().is_some_and(|init| match &*init.expr {
        Expr::Path(path) => path.path.is_ident("self"),
        _ => false,
    })
}
