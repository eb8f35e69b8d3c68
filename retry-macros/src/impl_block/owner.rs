//! The type and the trait of an impl block, for the names of its methods in logs and
//! metrics.

use crate::plan::NamePlan;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, TokenStreamExt};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{GenericArgument, GenericParam, Generics, ItemImpl, Path, PathArguments, Type};

/// The type of an impl block, and the trait, each by the last identifier of its path.
pub(super) struct Owner {
    ty: Ident,
    of_trait: Option<Ident>,
}

impl Owner {
    /// `None` where two blocks could have the same names: where the type or the trait is
    /// no path, or has generic arguments that are not parameters of the block.
    pub(super) fn of(block: &ItemImpl) -> Option<Self> {
        let Type::Path(ty) = &*block.self_ty else {
            return None;
        };
        let of_trait = match &block.trait_ {
            Some((.., path, _)) => Some(last_word(path, &block.generics)?),
            None => None,
        };
        Some(Self {
            ty: last_word(&ty.path, &block.generics)?,
            of_trait,
        })
    }

    /// `app::Users::get`, or `<app::Users as Api>::get`.
    pub(super) fn name_of(&self, method: &Ident) -> NamePlan {
        let (ty, method) = (self.ty.unraw(), method.unraw());
        let (before, behind) = match &self.of_trait {
            None => ("", format!("::{ty}::{method}")),
            Some(of_trait) => ("<", format!("::{ty} as {}>::{method}", of_trait.unraw())),
        };
        NamePlan::InModule {
            before: before.to_owned(),
            behind,
        }
    }
}

impl Parse for Owner {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        Ok(Self {
            ty: input.call(Ident::parse_any)?,
            of_trait: if input.is_empty() {
                None
            } else {
                Some(input.call(Ident::parse_any)?)
            },
        })
    }
}

impl ToTokens for Owner {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append(self.ty.clone());
        tokens.append_all(&self.of_trait);
    }
}

fn last_word(path: &Path, generics: &Generics) -> Option<Ident> {
    let last = path.segments.last()?;
    let is_own = match &last.arguments {
        PathArguments::None => true,
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .all(|argument| is_parameter(argument, generics)),
        PathArguments::Parenthesized(_) => false,
    };
    is_own.then(|| last.ident.clone())
}

/// Whether an argument is a parameter of the block, or a lifetime.
fn is_parameter(argument: &GenericArgument, generics: &Generics) -> bool {
    let is_declared = |ident: &Ident| {
        generics.params.iter().any(|param| match param {
            GenericParam::Type(param) => param.ident == *ident,
            GenericParam::Const(param) => param.ident == *ident,
            GenericParam::Lifetime(_) => false,
        })
    };
    match argument {
        GenericArgument::Lifetime(_) => true,
        GenericArgument::Type(Type::Path(ty)) => ty.path.get_ident().is_some_and(is_declared),
        _ => false,
    }
}
