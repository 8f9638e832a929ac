package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.chat.ChatModel;
import dev.gantry.lora.chat.ChatSettings;
import dev.gantry.offload.plan.InferencePlan;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.generate.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry chat MODEL`: a conversation in the terminal, or one answer for a script.
@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        description = "Talks to a model, with an adapter or without. /reset starts over, /quit or Ctrl-D ends.")
final class ChatCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "MODEL", description = "a model's folder, or the name of an imported model")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String model;

    @Option(names = "--adapter", paramLabel = "ADAPTER", description = "a PEFT folder, a run, or an imported adapter")
    private @Nullable String adapter;

    @Option(names = "--template", paramLabel = "NAME", description = "chat template (default: the model's own)")
    private @Nullable String template;

    @Option(names = "--system", paramLabel = "TEXT", description = "what the assistant is told first")
    private @Nullable String system;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "answer this and end")
    private @Nullable String prompt;

    @Option(names = "--raw", description = "continue the prompt as it stands, without a template")
    private boolean raw;

    @Option(names = "--compute", paramLabel = "TYPE", description = "f32, bf16 or f16 (default ${DEFAULT-VALUE})")
    private ComputeType compute = ComputeType.F32;

    @Option(names = "--context", paramLabel = "N", description = "most tokens of the conversation")
    private int contextTokens;

    @Mixin
    private final MemoryLimitOptions memory = new MemoryLimitOptions();

    @Option(names = "--plan", description = "say what would lie where and how fast it would be; ask nothing")
    private boolean plan;

    @Mixin
    private final SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private final ComputeOptions machine = new ComputeOptions();

    @Option(names = "--json", description = "with --prompt or --plan: print one JSON object")
    private boolean json;

    ChatCommand(CliContext context) {
        this.context = context;
    }

    /// One answer, as a script reads it.
    private record AnswerOutcome(
            String text,
            int promptTokens,
            int newTokens,
            String ending,
            double decodeTokensPerSecond,
            MemoryOutcome memory) {}

    @Override
    public Integer call() throws IOException {
        if (json && prompt == null && !plan) {
            throw GantryException.usage(
                    "CHAT-JSON",
                    "cannot hold a conversation in JSON",
                    "--json writes one answer as one object",
                    "say what to answer with --prompt TEXT, or leave --json out");
        }
        ModelReference references = new ModelReference(context.home());
        ChatSettings settings = new ChatSettings(
                references.folder(model),
                adapter == null ? null : references.adapter(adapter),
                template,
                compute,
                contextTokens,
                memory.limits());
        try (Backend backend = machine.open(context)) {
            return plan ? plan(backend, settings) : chat(backend, settings);
        }
    }

    private int chat(Backend backend, ChatSettings settings) throws IOException {
        try (ChatModel chat = ChatModel.open(backend, settings, context.progress())) {
            String once = prompt;
            if (once != null) {
                answerOnce(chat, once);
            } else {
                converse(chat);
            }
        }
        return ExitCode.OK.value();
    }

    private int plan(Backend backend, ChatSettings settings) throws IOException {
        InferencePlan layout = ChatModel.plan(backend, settings);
        if (json) {
            context.printJson(InferencePlanReport.of(layout));
        } else {
            InferencePlanReport.print(context.out(), layout);
        }
        return layout.fits() ? ExitCode.OK.value() : ExitCode.FAILED_CHECK.value();
    }

    private void answerOnce(ChatModel chat, String text) {
        Predicate<String> show = piece -> {
            if (!json) {
                show(piece);
            }
            return !context.progress().cancelled();
        };
        Answer answer = raw
                ? chat.complete(text, sampling.sampling(), sampling.maxNewTokens(), show)
                : chat.answer(opening(text), sampling.sampling(), sampling.maxNewTokens(), show);
        if (json) {
            context.printJson(new AnswerOutcome(
                    answer.text(),
                    answer.promptTokens(),
                    answer.ids().length,
                    answer.ending().name().toLowerCase(Locale.ROOT),
                    answer.decodeTokensPerSecond(),
                    MemoryOutcome.of(chat.tiers())));
        } else {
            context.out().println();
        }
    }

    private List<ChatMessage> opening(String text) {
        List<ChatMessage> messages = new ArrayList<>();
        String instruction = system;
        if (instruction != null) {
            messages.add(new ChatMessage(Role.SYSTEM, instruction));
        }
        messages.add(new ChatMessage(Role.USER, text));
        return messages;
    }

    private void converse(ChatModel chat) throws IOException {
        context.out()
                .println(chat.folder().family().title() + " from "
                        + chat.folder().path() + ", template " + chat.template().name() + ", up to "
                        + chat.contextTokens() + " tokens");
        chat.memoryPlan().ifPresent(layout -> context.out().println(InferencePlanReport.layout(layout)));
        List<ChatMessage> messages = new ArrayList<>();
        while (true) {
            show("> ");
            String line = context.in().readLine();
            if (line == null || line.strip().equals("/quit")) {
                context.out().println();
                return;
            }
            if (line.strip().equals("/reset")) {
                messages.clear();
            } else if (!line.isBlank()) {
                turn(chat, messages, line);
            }
        }
    }

    private void turn(ChatModel chat, List<ChatMessage> messages, String line) {
        messages.addAll(messages.isEmpty() ? opening(line) : List.of(new ChatMessage(Role.USER, line)));
        Answer answer = chat.answer(messages, sampling.sampling(), sampling.maxNewTokens(), piece -> {
            show(piece);
            return !context.progress().cancelled();
        });
        messages.add(new ChatMessage(Role.ASSISTANT, answer.text()));
        context.out().println();
        context.out()
                .printf(
                        Locale.ROOT,
                        "[%d tokens, %.1f tokens/s]%n",
                        answer.ids().length,
                        answer.decodeTokensPerSecond());
    }

    private void show(String piece) {
        context.out().print(piece);
        context.out().flush();
    }
}
