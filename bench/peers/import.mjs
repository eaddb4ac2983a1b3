// Imports a package that is installed here. Node looks for packages beside the importing file.
export default (specifier) => import(specifier);
