package dev.gantry.app.ui.text.thrown;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The expressions in a body of code that a value can come from.
final class Bodies {
    private Bodies() {}

    /// Collects without going into lambdas and anonymous classes, whose results are not those of the body.
    private static class Own extends TreeScanner<@Nullable Void, List<ExpressionTree>> {
        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, List<ExpressionTree> into) {
            return null;
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree tree, List<ExpressionTree> into) {
            return null;
        }
    }

    static List<ExpressionTree> returned(@Nullable Tree body) {
        List<ExpressionTree> values = new ArrayList<>();
        new Own() {
            @Override
            public @Nullable Void visitReturn(ReturnTree tree, List<ExpressionTree> into) {
                if (tree.getExpression() != null) {
                    into.add(tree.getExpression());
                }
                return null;
            }
        }.scan(body, values);
        return values;
    }

    /// What a variable is set to, wherever in the body.
    static List<ExpressionTree> assigned(@Nullable Tree body, String name) {
        List<ExpressionTree> values = new ArrayList<>();
        new TreeScanner<@Nullable Void, List<ExpressionTree>>() {
            @Override
            public @Nullable Void visitVariable(VariableTree tree, List<ExpressionTree> into) {
                if (tree.getName().contentEquals(name) && tree.getInitializer() != null) {
                    into.add(tree.getInitializer());
                }
                return super.visitVariable(tree, into);
            }

            @Override
            public @Nullable Void visitAssignment(AssignmentTree tree, List<ExpressionTree> into) {
                if (tree.getVariable().toString().equals(name)) {
                    into.add(tree.getExpression());
                }
                return super.visitAssignment(tree, into);
            }
        }.scan(body, values);
        return values;
    }

    static List<ExpressionTree> results(SwitchExpressionTree choice) {
        List<ExpressionTree> values = new ArrayList<>();
        for (CaseTree one : choice.getCases()) {
            if (one.getBody() instanceof ExpressionTree value) {
                values.add(value);
            } else {
                new Own() {
                    @Override
                    public @Nullable Void visitYield(YieldTree tree, List<ExpressionTree> into) {
                        into.add(tree.getValue());
                        return null;
                    }
                }.scan(one, values);
            }
        }
        return values;
    }

    /// What the lambdas of `.map(...)` in a chain make of each element.
    static List<ExpressionTree> mapped(MethodInvocationTree chain) {
        List<ExpressionTree> values = new ArrayList<>();
        new TreeScanner<@Nullable Void, List<ExpressionTree>>() {
            @Override
            public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, List<ExpressionTree> into) {
                if (Calls.name(tree).equals("map")
                        && tree.getArguments().getFirst() instanceof LambdaExpressionTree lambda
                        && lambda.getBody() instanceof ExpressionTree made) {
                    into.add(made);
                }
                return super.visitMethodInvocation(tree, into);
            }
        }.scan(chain, values);
        return values;
    }
}
