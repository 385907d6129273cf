// The registry's Node packages give `os` and `cpu` as strings; pnpm reads lists only.
function readPackage(pkg) {
  if (/^node-(linux|darwin|win)-/.test(pkg.name)) {
    for (const field of ['os', 'cpu']) {
      if (typeof pkg[field] === 'string') pkg[field] = [pkg[field]]
    }
  }
  return pkg
}

export const hooks = { readPackage }
