package tree

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// distinctCall returns the call of a node, out of a path that a loop makes more than
// once, with a text that tells the turns of the loop apart. Where the source does not
// tell the loop, it is an example.
func distinctCall(path []*node) string {
	leaf := path[len(path)-1]
	call, text, differs := "It", leaf.text, "name"
	files := token.NewFileSet()
	if file, err := parser.ParseFile(files, leaf.location.FileName, nil, parser.SkipObjectResolution); err == nil {
		source := source{files, file}
		if loop := source.loopAround(leaf.location.LineNumber); loop != nil {
			for _, n := range slices.Backward(path) {
				if name := source.callIn(loop, n); name != "" {
					call, text = name, n.text
				}
			}
			differs = cmp.Or(differing(loop), differs)
		}
	}
	return fmt.Sprintf("%s(fmt.Sprintf(%q, %s), …)", call, strings.ReplaceAll(text, "%", "%%")+" %v", differs)
}

// A source is a parsed file.
type source struct {
	files *token.FileSet
	*ast.File
}

func (s source) lineOf(at token.Pos) int { return s.files.Position(at).Line }

// loopAround returns the innermost loop around a line, nil for none.
func (s source) loopAround(line int) (loop ast.Node) {
	ast.Inspect(s.File, func(n ast.Node) bool {
		if n == nil || line < s.lineOf(n.Pos()) || s.lineOf(n.End()) < line {
			return false
		}
		switch n.(type) {
		case *ast.RangeStmt, *ast.ForStmt:
			loop = n
		}
		return true
	})
	return loop
}

// callIn returns the name of the function that makes a node in a loop from a literal
// text, "" where none does.
func (s source) callIn(loop ast.Node, n *node) (name string) {
	ast.Inspect(loop, func(at ast.Node) bool {
		call, ok := at.(*ast.CallExpr)
		if !ok || s.lineOf(call.Pos()) != n.location.LineNumber || len(call.Args) == 0 {
			return true
		}
		literal, ok := call.Args[0].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(literal.Value); err == nil && text == n.text {
			switch fun := call.Fun.(type) {
			case *ast.Ident:
				name = fun.Name
			case *ast.SelectorExpr:
				name = fun.Sel.Name
			}
		}
		return true
	})
	return name
}

// differing returns an expression that has another value in each turn of a loop, ""
// where none is found.
func differing(loop ast.Node) string {
	switch loop := loop.(type) {
	case *ast.RangeStmt:
		key, value := nameOf(loop.Key), nameOf(loop.Value)
		fields := fieldsOf(value, loop.Body)
		for _, field := range fields {
			if slices.Contains(telling, strings.ToLower(field)) {
				return value + "." + field
			}
		}
		if key == "" && len(fields) > 0 {
			return value + "." + fields[0]
		}
		return cmp.Or(key, value)
	case *ast.ForStmt:
		if start, ok := loop.Init.(*ast.AssignStmt); ok {
			return nameOf(start.Lhs[0])
		}
	}
	return ""
}

// telling are the names of fields that people give to what tells cases apart.
var telling = []string{"name", "title", "text", "desc", "description", "label", "case", "id", "prompt", "question", "input"}

func nameOf(e ast.Expr) string {
	if name, ok := e.(*ast.Ident); ok && name.Name != "_" {
		return name.Name
	}
	return ""
}

// fieldsOf returns the fields of a variable that a block reads.
func fieldsOf(variable string, block *ast.BlockStmt) (fields []string) {
	if variable == "" {
		return nil
	}
	methods := map[ast.Expr]bool{}
	ast.Inspect(block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			methods[n.Fun] = true
		case *ast.SelectorExpr:
			if nameOf(n.X) == variable && !methods[n] {
				fields = append(fields, n.Sel.Name)
			}
		}
		return true
	})
	return fields
}
