package dev.gantry.app.ui.text.thrown;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;

/// Reads what an expression of text can say, in the member it stands in.
final class Reading {
    private static final Pattern PLACE = Pattern.compile("%(%|[-,.0-9]*[a-zA-Z])");
    private static final Set<String> WRAPPERS = Set.of("valueOf", "join", "toString", "path", "getFileName");

    private final Sources sources;
    private final Member member;
    private final Calls calls;
    /// Names and methods that are being read, so that what leads back to itself ends.
    private final Set<String> open;

    Reading(Sources sources, Member member) {
        this(sources, member, new HashSet<>());
    }

    private Reading(Sources sources, Member member, Set<String> open) {
        this.sources = sources;
        this.member = member;
        this.calls = new Calls(sources, member);
        this.open = open;
    }

    /// All phrases that the expression can be; a value is a slot named after it.
    Set<Phrase> of(Tree expression) {
        return switch (expression) {
            case LiteralTree literal -> Set.of(literal(literal));
            case ParenthesizedTree inner -> of(inner.getExpression());
            case BinaryTree sum when sum.getKind() == Tree.Kind.PLUS -> sum(sum);
            case ConditionalExpressionTree either ->
                any(List.of(either.getTrueExpression(), either.getFalseExpression()));
            case SwitchExpressionTree choice -> any(Bodies.results(choice));
            case IdentifierTree name -> named(name.getName().toString());
            case MemberSelectTree select -> constant(select);
            case MethodInvocationTree call -> called(call);
            default -> Set.of(Phrase.slot("value"));
        };
    }

    private Set<Phrase> any(Collection<? extends Tree> expressions) {
        Set<Phrase> all = new LinkedHashSet<>();
        expressions.forEach(each -> all.addAll(of(each)));
        return all;
    }

    private static Phrase literal(LiteralTree literal) {
        return literal.getValue() instanceof String || literal.getValue() instanceof Character
                ? Phrase.literal(literal.getValue().toString())
                : Phrase.slot("number");
    }

    private Set<Phrase> sum(BinaryTree sum) {
        Set<Phrase> all = Phrase.joined(of(sum.getLeftOperand()), of(sum.getRightOperand()));
        boolean numbers = all.stream().allMatch(Phrase::isValue);
        return numbers ? Set.of(Phrase.slot("number")) : all;
    }

    private Set<Phrase> named(String name) {
        for (int i = 0; i < member.arity(); i++) {
            if (member.parameters().get(i).getName().contentEquals(name)) {
                return Set.of(Phrase.parameter(i, name));
            }
        }
        List<ExpressionTree> values = Bodies.assigned(member.body(), name);
        VariableTree field = values.isEmpty() ? sources.field(member.owner(), name) : null;
        if (field != null
                && field.getInitializer() != null
                && field.getModifiers().getFlags().contains(Modifier.FINAL)) {
            values = List.of(field.getInitializer());
        }
        List<ExpressionTree> found = values;
        return Phrase.named(name, once(name, () -> any(found)));
    }

    /// Empty when it is being read already.
    private Set<Phrase> once(String name, Supplier<Set<Phrase>> reading) {
        if (!open.add(name)) {
            return Set.of();
        }
        try {
            return reading.get();
        } finally {
            open.remove(name);
        }
    }

    private Set<Phrase> constant(MemberSelectTree select) {
        String name = select.getIdentifier().toString();
        var type = sources.type(Sources.simple(select.getExpression().toString()), member.file());
        VariableTree field = type == null ? null : sources.field(type, name);
        return field != null && field.getInitializer() instanceof LiteralTree literal
                ? Phrase.named(name, Set.of(literal(literal)))
                : Set.of(Phrase.slot(name));
    }

    private Set<Phrase> called(MethodInvocationTree call) {
        String name = Calls.name(call);
        List<? extends ExpressionTree> arguments = call.getArguments();
        if (name.equals("formatted") && call.getMethodSelect() instanceof MemberSelectTree on) {
            return formatted(on.getExpression(), arguments);
        }
        if (name.equals("format") && call.getMethodSelect().toString().equals("String.format")) {
            int format = arguments.getFirst().toString().startsWith("Locale") ? 1 : 0;
            return formatted(arguments.get(format), arguments.subList(format + 1, arguments.size()));
        }
        Member target = calls.target(call);
        Set<Phrase> told = target != null && target.returnsText()
                ? once(name + "()", () -> new Reading(sources, target, open).any(Bodies.returned(target.body())))
                : name.equals("collect") ? any(Bodies.mapped(call)) : Set.of();
        if (told.isEmpty() || !told.stream().allMatch(phrase -> phrase.hasWords() || phrase.isEmpty())) {
            return Set.of(Phrase.slot(slotName(call)));
        }
        Set<Phrase> all = new LinkedHashSet<>();
        told.forEach(phrase -> all.addAll(phrase.with(hole -> handed(hole, arguments))));
        return all;
    }

    private static String slotName(MethodInvocationTree call) {
        Tree inner = null;
        if (WRAPPERS.contains(Calls.name(call))) {
            inner = !call.getArguments().isEmpty()
                    ? call.getArguments().getLast()
                    : call.getMethodSelect() instanceof MemberSelectTree on ? on.getExpression() : null;
        }
        return switch (inner) {
            case IdentifierTree identifier -> identifier.getName().toString();
            case MethodInvocationTree deeper -> Calls.name(deeper);
            case null, default -> Calls.name(call);
        };
    }

    /// What the argument for a parameter says, where it is more than a value.
    Set<Phrase> handed(Part.Parameter hole, List<? extends ExpressionTree> arguments) {
        if (hole.index() >= arguments.size()) {
            return Set.of(Phrase.slot(hole.name()));
        }
        Set<Phrase> all = new LinkedHashSet<>();
        for (Phrase phrase : of(arguments.get(hole.index()))) {
            boolean kept = phrase.isSentence() || phrase.hasParameters() || phrase.isEmpty();
            all.add(kept ? phrase : Phrase.slot(hole.name()));
        }
        return all;
    }

    private Set<Phrase> formatted(ExpressionTree format, List<? extends ExpressionTree> arguments) {
        Set<Phrase> all = new LinkedHashSet<>();
        of(format).forEach(each -> all.addAll(filled(each.pattern(), arguments)));
        return all;
    }

    private Set<Phrase> filled(String format, List<? extends ExpressionTree> arguments) {
        Set<Phrase> all = Set.of(Phrase.EMPTY);
        Matcher places = PLACE.matcher(format);
        int from = 0;
        int next = 0;
        while (places.find()) {
            all = Phrase.joined(all, Set.of(Phrase.literal(format.substring(from, places.start()))));
            from = places.end();
            boolean sign = places.group().equals("%%");
            all = Phrase.joined(all, sign ? Set.of(Phrase.literal("%")) : of(arguments.get(next)));
            next += sign ? 0 : 1;
        }
        return Phrase.joined(all, Set.of(Phrase.literal(format.substring(from))));
    }
}
