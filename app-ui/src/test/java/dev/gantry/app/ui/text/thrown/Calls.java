package dev.gantry.app.ui.text.thrown;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import org.jspecify.annotations.Nullable;

/// Finds what a call leads to from the names in it and the types that are declared: no types are worked out.
final class Calls {
    private final Sources sources;
    private final Member from;

    /// @param from the member whose calls are looked up
    Calls(Sources sources, Member from) {
        this.sources = sources;
        this.from = from;
    }

    /// The method of the program that is called; null for one of the JDK or of a library.
    @Nullable
    Member target(MethodInvocationTree call) {
        String name = name(call);
        int arity = call.getArguments().size();
        if (!(call.getMethodSelect() instanceof MemberSelectTree select)) {
            return switch (name) {
                case "super" -> sources.in(sources.parent(from.owner()), "<init>", arity);
                case "this" -> sources.in(from.owner(), "<init>", arity);
                default -> sources.in(from.owner(), name, arity);
            };
        }
        return sources.knows(name, arity) ? on(receiver(select.getExpression()), name, arity) : null;
    }

    @Nullable
    Member target(NewClassTree call) {
        var type = sources.type(Sources.simple(call.getIdentifier().toString()), from.file());
        return type == null
                ? null
                : sources.in(type, "<init>", call.getArguments().size());
    }

    private @Nullable Member on(String receiver, String name, int arity) {
        if (receiver.equals("this")) {
            return sources.in(from.owner(), name, arity);
        }
        if (!receiver.isEmpty() && Character.isUpperCase(receiver.charAt(0))) {
            return sources.in(sources.type(receiver, from.file()), name, arity);
        }
        String type = receiver.isEmpty() ? null : declared(receiver);
        Member found = type == null ? null : sources.in(sources.type(Sources.simple(type), from.file()), name, arity);
        return found == null ? sources.only(name, arity) : found;
    }

    /// The last name of what the method is called on; empty for an expression without one.
    private static String receiver(ExpressionTree on) {
        return on instanceof IdentifierTree || on instanceof MemberSelectTree ? Sources.simple(on.toString()) : "";
    }

    private @Nullable String declared(String variable) {
        for (VariableTree parameter : from.parameters()) {
            if (parameter.getName().contentEquals(variable) && parameter.getType() != null) {
                return parameter.getType().toString();
            }
        }
        String[] found = new String[1];
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
                if (tree.getName().contentEquals(variable) && tree.getType() != null) {
                    found[0] = tree.getType().toString();
                }
                return super.visitVariable(tree, null);
            }
        }.scan(from.body(), null);
        VariableTree field = found[0] == null ? sources.field(from.owner(), variable) : null;
        return field == null || field.getType() == null
                ? found[0]
                : field.getType().toString();
    }

    static String name(MethodInvocationTree call) {
        return switch (call.getMethodSelect()) {
            case IdentifierTree name -> name.getName().toString();
            case MemberSelectTree member -> member.getIdentifier().toString();
            default -> "";
        };
    }
}
