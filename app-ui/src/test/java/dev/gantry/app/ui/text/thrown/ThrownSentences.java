package dev.gantry.app.ui.text.thrown;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Every sentence that a failure of the program can have for what, why and next step, or hand on inside of one.
///
/// It begins with the constructors of failures, and follows what they are given back through the methods that build
/// them, to where the words stand.
public final class ThrownSentences {
    private static final String FAILURE = "GantryException";
    private static final Set<String> TEXTS = Set.of("what", "why", "nextStep");

    /// Where else words come from that a failure quotes: an argument of a constructor, in some of the sources.
    private record Root(String type, int argument, String within) {}

    private static final List<Root> QUOTED = List.of(
            new Root("IllegalArgumentException", 0, "lora/adapter/"),
            new Root("IllegalArgumentException", 0, "engine/generate/Sampling"),
            new Root("Change", 0, "offload/plan/"),
            new Root("Fault", 2, "lora/data/"),
            new Root("FaultKind", 0, "lora/data/"),
            new Root("Finding", 0, "lora/data/source/"),
            new Root("Finding", 1, "lora/data/"),
            new Root("RowFaultException", 1, "lora/data/"),
            new Root("TemplateFault", 0, "zoo/chat/"));

    private record Call(Member from, List<? extends ExpressionTree> arguments) {}

    private final Sources sources;
    private final Map<Member, List<Call>> callers = new HashMap<>();
    private final Map<Member, Set<Phrase>> known = new HashMap<>();
    private final Map<String, Set<String>> files = new TreeMap<>();

    private ThrownSentences(Sources sources) {
        this.sources = sources;
        sources.members().forEach(this::noteCalls);
        for (Member member : sources.members()) {
            if (member.isOf(FAILURE) && member.arity() > 0) {
                spread(member, texts(member));
            }
            quoted(member);
        }
    }

    /// Patterns such as `cannot open {file}`, each with the sources it comes from, from the package on.
    ///
    /// @param roots folders of sources
    public static Map<String, Set<String>> in(List<Path> roots) throws IOException {
        return new ThrownSentences(Sources.parsed(roots)).files;
    }

    private static Set<Phrase> texts(Member failure) {
        Set<Phrase> texts = new LinkedHashSet<>();
        for (int i = 0; i < failure.arity(); i++) {
            String name = failure.parameters().get(i).getName().toString();
            if (TEXTS.contains(name)) {
                texts.add(Phrase.parameter(i, name));
            }
        }
        return texts;
    }

    private void noteCalls(Member member) {
        Calls calls = new Calls(sources, member);
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
                note(calls.target(tree), member, tree.getArguments());
                return super.visitMethodInvocation(tree, null);
            }

            @Override
            public @Nullable Void visitNewClass(NewClassTree tree, @Nullable Void unused) {
                note(calls.target(tree), member, tree.getArguments());
                return super.visitNewClass(tree, null);
            }
        }.scan(member.body(), null);
    }

    private void note(@Nullable Member to, Member from, List<? extends ExpressionTree> arguments) {
        if (to != null) {
            callers.computeIfAbsent(to, key -> new ArrayList<>()).add(new Call(from, arguments));
        }
    }

    private void quoted(Member member) {
        Reading reading = new Reading(sources, member);
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitNewClass(NewClassTree tree, @Nullable Void unused) {
                String type = Sources.simple(tree.getIdentifier().toString());
                for (Root root : QUOTED) {
                    if (type.equals(root.type())
                            && member.file().startsWith(root.within())
                            && root.argument() < tree.getArguments().size()) {
                        settle(member, reading.of(tree.getArguments().get(root.argument())));
                    }
                }
                return super.visitNewClass(tree, null);
            }
        }.scan(member.body(), null);
    }

    /// Keeps the phrases that are whole and asks the callers of `member` for the rest.
    private void settle(Member member, Set<Phrase> phrases) {
        Set<Phrase> open = new LinkedHashSet<>();
        for (Phrase phrase : phrases) {
            if (phrase.hasParameters()) {
                open.add(phrase);
            } else {
                keep(phrase, member);
            }
        }
        spread(member, open);
    }

    private void spread(Member member, Set<Phrase> phrases) {
        Set<Phrase> before = known.computeIfAbsent(member, key -> new HashSet<>());
        Set<Phrase> fresh = new LinkedHashSet<>(phrases);
        fresh.removeAll(before);
        before.addAll(fresh);
        if (fresh.isEmpty()) {
            return;
        }
        List<Call> calls = callers.getOrDefault(member, List.of());
        for (Call call : calls) {
            Reading reading = new Reading(sources, call.from());
            Set<Phrase> filled = new LinkedHashSet<>();
            fresh.forEach(phrase -> filled.addAll(phrase.with(hole -> reading.handed(hole, call.arguments()))));
            settle(call.from(), filled);
        }
        if (calls.isEmpty()) {
            fresh.forEach(phrase -> keep(phrase, member));
        }
    }

    private void keep(Phrase phrase, Member from) {
        if (phrase.hasWords()) {
            files.computeIfAbsent(phrase.pattern(), key -> new TreeSet<>()).add(from.file());
        }
    }
}
