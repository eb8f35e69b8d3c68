//! A `mut` argument that is a closure: no attempt could start from the closure of the call.

use crate::syntax::errors::Errors;
use syn::punctuated::Punctuated;
use syn::{FnArg, Generics, Pat, Path, Signature, Token, Type, TypeParamBound, WherePredicate};

/// Refuses `mut f: F` where `F: FnMut()`. The general message would ask for a clone, which
/// a closure has seldom.
pub(super) fn check(sig: &Signature, is_sync: bool, errors: &mut Errors) {
    for input in &sig.inputs {
        let FnArg::Typed(arg) = input else { continue };
        let Pat::Ident(pat) = &*arg.pat else { continue };
        if pat.mutability.is_none() {
            continue;
        }
        let Some(closure) = Closure::of(&arg.ty, &sig.generics) else {
            continue;
        };
        let (name, lent) = (&pat.ident, closure.lent);
        let run = match (closure.is_async, is_sync) {
            (true, _) => format!("Policy::run_async(async |_| {name}().await)"),
            (false, false) => format!("Policy::run(|_| {name}())"),
            (false, true) => format!("Policy::run_blocking(|_| {name}())"),
        };
        errors.at(
            name.span(),
            format!("every attempt calls this closure, and what is `FnMut` cannot be copied for each: lend it, `{name}: {lent}`, or repeat the closure with no function around it, by `{run}`"),
        );
    }
}

/// A closure that an argument takes by value.
struct Closure {
    is_async: bool,
    /// The type that takes it by reference.
    lent: String,
}

impl Closure {
    /// If it is known as `FnMut`, and not as something that can be copied or cloned too.
    fn of(ty: &Type, generics: &Generics) -> Option<Self> {
        let (bounds, lent) = match ty {
            Type::ImplTrait(ty) => (traits(&ty.bounds), "&mut impl FnMut(..) -> ..".to_owned()),
            Type::Path(ty) => {
                let param = ty.path.get_ident()?;
                (bounds_of(&ty.path, generics), format!("&mut {param}"))
            }
            _ => return None,
        };
        let has = |name| {
            let mut last = bounds.iter().filter_map(|path| path.segments.last());
            last.any(|last| last.ident == name)
        };
        let is_async = has("AsyncFnMut");
        let is_closure = (is_async || has("FnMut")) && !has("Copy") && !has("Clone");
        is_closure.then_some(Self { is_async, lent })
    }
}

/// The traits of a type parameter, of its own list and of the `where` clause.
fn bounds_of<'g>(param: &Path, generics: &'g Generics) -> Vec<&'g Path> {
    let own = generics
        .type_params()
        .filter(|own| param.is_ident(&own.ident))
        .flat_map(|own| traits(&own.bounds));
    let clauses = generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    let further = clauses.filter_map(|predicate| match predicate {
        WherePredicate::Type(bound) => match &bound.bounded_ty {
            Type::Path(ty) if ty.path == *param => Some(traits(&bound.bounds)),
            _ => None,
        },
        _ => None,
    });
    own.chain(further.flatten()).collect()
}

fn traits(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Vec<&Path> {
    let paths = bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(&bound.path),
        _ => None,
    });
    paths.collect()
}
