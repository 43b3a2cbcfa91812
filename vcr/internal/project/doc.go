// Package project has only tests. They check what no single package can check:
// which package may import which, how many names users see, and that the README
// says and shows what is true.
package project
