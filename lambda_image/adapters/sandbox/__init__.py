"""Where code runs that a model or a repository wrote: cut off as far as the kernel allows, and told so."""
