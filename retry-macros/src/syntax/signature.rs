//! What a signature says: the kind of function, what it returns and what it
//! borrows.

use super::function::Function;
use super::patterns::bound_names;
use super::returned_future::{self, ReturnedFuture};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, Ident, Lifetime, ParenthesizedGenericArguments, PathArguments,
    ReceiverKind, ReturnType, Signature, Type, TypeFnPtr, TypeImplTrait, TypeInfer, TypeReference,
};

/// The kinds of functions that are retried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FunctionKind {
    /// `async fn`.
    Async,
    /// `fn` that returns a future; `boxed` where it is a `Pin<Box<..>>`.
    Future { boxed: bool },
    /// Any other `fn`.
    Sync,
}

impl FunctionKind {
    /// The kind of a function, and the type that an attempt ends in.
    pub(crate) fn of(function: &Function) -> (Self, Option<Type>) {
        let declared = match &function.sig.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some((**ty).clone()),
        };
        if function.sig.asyncness.is_some() {
            return (Self::Async, declared);
        }
        match returned_future::returned_future(&function.sig) {
            Some(ReturnedFuture { output, boxed }) => (Self::Future { boxed }, Some(output)),
            None => (Self::Sync, declared),
        }
    }

    pub(crate) fn is_sync(self) -> bool {
        self == Self::Sync
    }
}

/// The type as it can be written for a local: each `impl Trait` becomes `_`.
pub(crate) fn for_local(ty: &Type) -> Type {
    struct Erase;
    impl VisitMut for Erase {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let Type::ImplTrait(TypeImplTrait { impl_token, .. }) = ty {
                let underscore_token = syn::Token![_](impl_token.span);
                *ty = Type::Infer(TypeInfer {
                    attrs: Vec::new(),
                    underscore_token,
                });
            } else {
                visit_mut::visit_type_mut(self, ty);
            }
        }
    }
    let mut ty = ty.clone();
    Erase.visit_type_mut(&mut ty);
    ty
}

/// Whether a part of the type is left to be inferred.
pub(crate) fn is_inferred(ty: &Type) -> bool {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_infer(&mut self, _: &'ast TypeInfer) {
            self.0 = true;
        }
    }
    let mut find = Find(false);
    find.visit_type(ty);
    find.0
}

/// Whether the error of a result type is left to be inferred, as far as its syntax tells, or
/// all of the type is. Of an alias with one parameter that is taken for the response.
pub(crate) fn is_error_inferred(ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return is_inferred(ty);
    };
    let Some(PathArguments::AngleBracketed(arguments)) =
        path.path.segments.last().map(|last| &last.arguments)
    else {
        return false;
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.skip(1).any(is_inferred)
}

/// Whether a value of the type cannot be a failure, as far as its syntax tells: a name
/// may be an alias of `Result`.
pub(crate) fn cannot_fail(ty: &Type) -> bool {
    match ty {
        Type::Tuple(_)
        | Type::Array(_)
        | Type::Slice(_)
        | Type::Never(_)
        | Type::Reference(_)
        | Type::Ptr(_) => true,
        Type::Paren(ty) => cannot_fail(&ty.elem),
        Type::Group(ty) => cannot_fail(&ty.elem),
        _ => is_plain(ty),
    }
}

/// Whether the type is no `Result`, as far as its spelling tells.
pub(crate) fn is_no_result(ty: &Type) -> bool {
    match ty {
        Type::Path(path)
            if path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Option") =>
        {
            true
        }
        _ => cannot_fail(ty),
    }
}

/// Whether a type goes by the name of `Result`, under whatever path.
pub(crate) fn is_called_result(ty: &Type) -> bool {
    let Type::Path(ty) = ty else { return false };
    let last = ty.path.segments.last();
    last.is_some_and(|last| last.ident == "Result")
}

/// Whether a type is a primitive or `String`, as far as its spelling tells: neither a
/// `Result` nor a declared operation.
pub(crate) fn is_plain(ty: &Type) -> bool {
    const PLAIN: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize", "str", "String",
    ];
    let Type::Path(ty) = ty else { return false };
    let name = ty.path.get_ident();
    name.is_some_and(|name| PLAIN.iter().any(|plain| name == plain))
}

/// Whether all arguments are shared references or numbers, as far as the spelling of their
/// types tells: to move them is to copy them.
pub(crate) fn copies_arguments(sig: &Signature) -> bool {
    fn is_copied(ty: &Type) -> bool {
        match ty {
            Type::Reference(ty) => ty.mutability.is_none(),
            Type::Paren(ty) => is_copied(&ty.elem),
            Type::Group(ty) => is_copied(&ty.elem),
            Type::Path(path) => is_plain(ty) && !path.path.is_ident("String"),
            _ => false,
        }
    }
    sig.inputs.iter().all(|input| match input {
        FnArg::Receiver(receiver) => {
            matches!(receiver.kind, ReceiverKind::Reference(_, _, None))
        }
        FnArg::Typed(arg) => is_copied(&arg.ty),
    })
}

/// For a visitor of lifetimes: those in `Fn(&T) -> &U` and `fn(&T) -> &U` belong to that
/// signature, not to the one around it.
macro_rules! skip_signatures {
    () => {
        fn visit_parenthesized_generic_arguments(
            &mut self,
            _: &'ast ParenthesizedGenericArguments,
        ) {
        }
        fn visit_type_fn_ptr(&mut self, _: &'ast TypeFnPtr) {}
    };
}

/// Whether the result borrows from a `&mut` argument, as far as the signature shows. A
/// loop cannot return such a borrow, since its next round would need the argument again.
pub(crate) fn borrows_from_mut(sig: &Signature, output: &Type) -> bool {
    let mut result = Lifetimes::default();
    result.visit_type(output);
    let mut arguments = MutBorrows::default();
    for input in &sig.inputs {
        match input {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Reference(_, lifetime, mutability) => {
                    arguments.reference(lifetime.as_ref(), mutability.is_some(), true);
                }
                ReceiverKind::Typed(_, ty) => arguments.of_receiver(ty),
                _ => {}
            },
            FnArg::Typed(arg) => arguments.visit_type(&arg.ty),
        }
    }
    let elided_is_mut = match arguments.receiver {
        Some(is_mut) => is_mut,
        None => arguments.elided.len() == 1 && arguments.elided == [true],
    };
    (result.elided && elided_is_mut)
        || result
            .named
            .iter()
            .any(|name| arguments.named.contains(name))
}

/// The lifetimes that a result mentions.
#[derive(Default)]
struct Lifetimes {
    elided: bool,
    named: Vec<String>,
}

impl<'ast> Visit<'ast> for Lifetimes {
    fn visit_type_reference(&mut self, node: &'ast TypeReference) {
        if node.lifetime.is_none() {
            self.elided = true;
        }
        visit::visit_type_reference(self, node);
    }

    fn visit_lifetime(&mut self, node: &'ast Lifetime) {
        if node.ident == "_" {
            self.elided = true;
        } else {
            self.named.push(node.ident.to_string());
        }
    }

    skip_signatures!();
}

/// The lifetimes of the `&mut` in the arguments.
#[derive(Default)]
struct MutBorrows {
    /// Whether the receiver, if it is a reference, is a `&mut`.
    receiver: Option<bool>,
    /// For each elided reference: whether it is a `&mut`.
    elided: Vec<bool>,
    named: Vec<String>,
}

impl MutBorrows {
    fn reference(&mut self, lifetime: Option<&Lifetime>, is_mut: bool, is_receiver: bool) {
        match lifetime {
            Some(lifetime) if lifetime.ident != "_" => {
                if is_mut {
                    self.named.push(lifetime.ident.to_string());
                }
            }
            _ => self.elided.push(is_mut),
        }
        if is_receiver {
            self.receiver = Some(is_mut);
        }
    }

    /// `self: &mut Self`, `self: Pin<&mut Self>`.
    fn of_receiver(&mut self, ty: &Type) {
        let mut inner = Self::default();
        inner.visit_type(ty);
        self.receiver = inner.elided.first().copied();
        self.named.extend(inner.named);
    }
}

impl<'ast> Visit<'ast> for MutBorrows {
    fn visit_type_reference(&mut self, node: &'ast TypeReference) {
        self.reference(node.lifetime.as_ref(), node.mutability.is_some(), false);
        visit::visit_type(self, &node.elem);
    }

    fn visit_lifetime(&mut self, node: &'ast Lifetime) {
        if node.ident == "_" {
            self.elided.push(false);
        }
    }

    skip_signatures!();
}

/// The spans of all `&mut` in the arguments.
pub(crate) fn mutable_borrows(sig: &Signature) -> Vec<Span> {
    struct Find(Vec<Span>);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_reference(&mut self, node: &'ast TypeReference) {
            if node.mutability.is_some() {
                self.0.push(node.and_token.span);
            }
            visit::visit_type_reference(self, node);
        }

        skip_signatures!();
    }
    let mut find = Find(Vec::new());
    for input in &sig.inputs {
        match input {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Reference(and, _, Some(_)) => find.0.push(and.span),
                ReceiverKind::Typed(_, ty) => find.visit_type(ty),
                _ => {}
            },
            FnArg::Typed(arg) => find.visit_type(&arg.ty),
        }
    }
    find.0
}

/// Whether an argument has this name.
pub(crate) fn is_argument(name: &Ident, sig: &Signature) -> bool {
    argument_names(sig).contains(&name.unraw())
}

/// The names that the arguments bind.
pub(crate) fn argument_names(sig: &Signature) -> Vec<Ident> {
    let names = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(arg) => Some(bound_names(&arg.pat)),
        FnArg::Receiver(_) => None,
    });
    names.flatten().collect()
}

/// Whether `impl Trait` stands in it.
pub(crate) fn has_impl(ty: &Type) -> bool {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
            self.0 = true;
            visit::visit_type_impl_trait(self, ty);
        }
    }
    let mut find = Find(false);
    find.visit_type(ty);
    find.0
}
