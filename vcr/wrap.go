package vcr

import (
	"reflect"
	"slices"
)

// wrapFuncs makes every function among args call enter before it and what that
// returned after it. The functions keep their types, from which Ginkgo tells
// whether they take a context.
func wrapFuncs(args []any, enter func() (leave func(completed bool))) []any {
	wrapped := slices.Clone(args)
	for i, arg := range args {
		f := reflect.ValueOf(arg)
		if f.Kind() != reflect.Func || f.IsNil() {
			continue
		}
		wrapped[i] = reflect.MakeFunc(f.Type(), func(in []reflect.Value) []reflect.Value {
			completed := false
			leave := enter()
			defer func() { leave(completed) }()
			out := f.Call(in)
			completed = true
			return out
		}).Interface()
	}
	return wrapped
}
