package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.jinja.Statement.Target;
import dev.gantry.zoo.chat.jinja.TemplateToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Reads a whole template: text, `{{ }}` and the blocks that chat templates use.
final class StatementParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private int loops;
    private boolean marksGeneration;

    StatementParser(List<TemplateToken> tokens) {
        this.tokens = new TokenStream(tokens);
        expressions = new ExpressionParser(this.tokens);
    }

    List<Statement> template() {
        List<Statement> statements = body(Set.of());
        if (tokens.current().kind() != Kind.END) {
            throw tokens.fault(tokens.current().shown() + " does not belong here");
        }
        return statements;
    }

    boolean marksGeneration() {
        return marksGeneration;
    }

    /// Statements up to a block whose name is in `ends`; the stream then stands on that name.
    private List<Statement> body(Set<String> ends) {
        tokens.enter();
        List<Statement> statements = new ArrayList<>();
        while (tokens.current().kind() != Kind.END) {
            TemplateToken token = tokens.next();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Text(token.text(), token.line()));
                case VARIABLE_BEGIN -> {
                    Expr value = expressions.expressionOrTuple();
                    tokens.expect(Kind.VARIABLE_END, "}}");
                    statements.add(new Statement.Print(value, token.line()));
                }
                case BLOCK_BEGIN -> {
                    if (tokens.current().kind() == Kind.NAME
                            && ends.contains(tokens.current().text())) {
                        tokens.leave();
                        return statements;
                    }
                    statements.add(block());
                }
                case VARIABLE_END, BLOCK_END, NAME, STRING, INTEGER, FLOAT, OPERATOR, END ->
                    throw tokens.fault(token.shown() + " does not belong here");
            }
        }
        if (!ends.isEmpty()) {
            throw tokens.fault(
                    "the template ends where {% " + String.join(" %} or {% ", new TreeSet<>(ends)) + " %} is expected");
        }
        tokens.leave();
        return statements;
    }

    private Statement block() {
        TemplateToken name = tokens.expect(Kind.NAME, "the name of a block after {%");
        int line = name.line();
        return switch (name.text()) {
            case "if" -> ifBlock(line);
            case "for" -> forBlock(line);
            case "set" -> setBlock(line);
            case "macro" -> macro(line);
            case "generation" -> {
                marksGeneration = true;
                endOfTag();
                yield new Statement.Generation(bodyThenEnd("endgeneration"), line);
            }
            case "filter" -> {
                List<Expr.Filter> filters = new ArrayList<>();
                filters.add(expressions.namedFilter(blockText(line)));
                moreFilters(filters, line);
                endOfTag();
                yield new Statement.FilterBlock(bodyThenEnd("endfilter"), List.copyOf(filters), line);
            }
            case "break" -> {
                requireLoop(name);
                endOfTag();
                yield new Statement.Break(line);
            }
            case "continue" -> {
                requireLoop(name);
                endOfTag();
                yield new Statement.Continue(line);
            }
            default -> throw JinjaTemplate.fault(line, "the block {% " + name.text() + " %} is not supported here");
        };
    }

    private void requireLoop(TemplateToken name) {
        if (loops == 0) {
            throw JinjaTemplate.fault(name.line(), "{% " + name.text() + " %} stands outside of a for block");
        }
    }

    private void endOfTag() {
        tokens.expect(Kind.BLOCK_END, "%}");
    }

    private List<Statement> bodyThenEnd(String end) {
        List<Statement> body = body(Set.of(end));
        tokens.next();
        endOfTag();
        return body;
    }

    private Statement ifBlock(int line) {
        List<Statement.If.Branch> branches = new ArrayList<>();
        List<Statement> otherwise = List.of();
        boolean more = true;
        while (more) {
            Expr condition = expressions.expressionOrTuple();
            endOfTag();
            branches.add(new Statement.If.Branch(condition, body(Set.of("elif", "else", "endif"))));
            String next = tokens.next().text();
            more = next.equals("elif");
            if (next.equals("else")) {
                endOfTag();
                otherwise = body(Set.of("endif"));
                tokens.next();
            }
        }
        endOfTag();
        return new Statement.If(List.copyOf(branches), otherwise, line);
    }

    private Statement forBlock(int line) {
        Target target = target();
        if (!tokens.skipName("in")) {
            throw tokens.fault(
                    "\"in\" is expected in a for block, not " + tokens.current().shown());
        }
        Expr items = expressions.withoutConditional();
        Expr condition = tokens.skipName("if") ? expressions.expression() : null;
        if (tokens.current().isName("recursive")) {
            throw tokens.fault("\"recursive\" loops are not supported");
        }
        endOfTag();
        loops++;
        List<Statement> body = body(Set.of("else", "endfor"));
        loops--;
        List<Statement> otherwise = List.of();
        if (tokens.next().isName("else")) {
            endOfTag();
            otherwise = body(Set.of("endfor"));
            tokens.next();
        }
        endOfTag();
        return new Statement.For(target, items, condition, body, otherwise, line);
    }

    private Statement setBlock(int line) {
        Target target = target();
        if (tokens.skipOperator("=")) {
            Expr value = expressions.expressionOrTuple();
            endOfTag();
            return new Statement.Set(target, value, line);
        }
        List<Expr.Filter> filters = new ArrayList<>();
        moreFilters(filters, line);
        endOfTag();
        return new Statement.SetBlock(target, bodyThenEnd("endset"), List.copyOf(filters), line);
    }

    private void moreFilters(List<Expr.Filter> filters, int line) {
        while (tokens.current().isOperator("|")) {
            filters.add(expressions.filter(blockText(line)));
        }
    }

    /// Stands for the text of a block, which the renderer puts in its place.
    private static Expr blockText(int line) {
        return new Expr.Constant(Str.EMPTY, line);
    }

    private Target target() {
        Target first = simpleTarget();
        if (!tokens.current().isOperator(",")) {
            return first;
        }
        List<Target> targets = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")) {
            if ((tokens.current().kind() != Kind.NAME && !tokens.current().isOperator("("))
                    || tokens.current().isName("in")) {
                break;
            }
            targets.add(simpleTarget());
        }
        return new Target.Unpacking(List.copyOf(targets));
    }

    private Target simpleTarget() {
        tokens.enter();
        Target target;
        if (tokens.skipOperator("(")) {
            target = target();
            tokens.expectOperator(")");
        } else {
            String name = tokens.expect(Kind.NAME, "the name of a variable").text();
            target = tokens.skipOperator(".")
                    ? new Target.NamespaceAttribute(
                            name, tokens.expect(Kind.NAME, "a name after \".\"").text())
                    : new Target.Variable(name);
        }
        tokens.leave();
        return target;
    }

    private Statement macro(int line) {
        String name = tokens.expect(Kind.NAME, "the name of a macro").text();
        tokens.expectOperator("(");
        List<Statement.Macro.Parameter> parameters = new ArrayList<>();
        while (!tokens.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            String parameter =
                    tokens.expect(Kind.NAME, "the name of a parameter").text();
            Expr otherwise = tokens.skipOperator("=") ? expressions.expression() : null;
            parameters.add(new Statement.Macro.Parameter(parameter, otherwise));
        }
        endOfTag();
        int outerLoops = loops;
        loops = 0;
        List<Statement> body = bodyThenEnd("endmacro");
        loops = outerLoops;
        return new Statement.Macro(name, List.copyOf(parameters), body, line);
    }
}
