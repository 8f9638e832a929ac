package dev.gantry.app.cli;

import dev.gantry.app.library.Import;
import dev.gantry.app.server.ModelServer;
import dev.gantry.app.server.ServedModel;
import dev.gantry.app.server.ServedModel.Adapted;
import dev.gantry.app.server.ServerAccess;
import dev.gantry.app.server.ServerKey;
import dev.gantry.app.server.ServerLog;
import dev.gantry.app.serving.ServeEvent;
import dev.gantry.app.serving.ServeOrder;
import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry serve MODEL`: answers other programs on this machine until Ctrl-C.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Answers programs on this machine in the language of OpenAI's API, until Ctrl-C. Listens on"
                + " 127.0.0.1 only.")
final class ServeCommand implements Callable<Integer> {
    private static final int WAITING = 8;
    private static final long LOOK_MILLIS = 200;

    private final CliContext context;

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            description = "a model's folder, or the name of an imported model (default ${DEFAULT-VALUE})")
    private String model = Import.STARTER;

    @Option(
            names = "--adapter",
            paramLabel = "ADAPTER",
            description = "a PEFT folder, a run, or an imported adapter, served under its name beside the model; may be"
                    + " given several times")
    private List<String> adapters = List.of();

    @Option(names = "--port", paramLabel = "N", description = "default ${DEFAULT-VALUE}; 0 takes any that is free")
    private int port = ServeOrder.USUAL_PORT;

    @Option(names = "--key", paramLabel = "KEY", description = "the key to ask for (default: this home's own)")
    private @Nullable String key;

    @Option(names = "--no-key", description = "ask for no key: every program of every user here may use the model")
    private boolean noKey;

    @Option(
            names = "--allow-origin",
            paramLabel = "ORIGIN",
            description = "let pages of this origin ask from a browser, such as http://localhost:3000; may be given"
                    + " several times")
    private List<String> origins = List.of();

    @Option(
            names = "--json",
            description =
                    "print one JSON object a line to standard output: first the address and the models, then every"
                            + " request")
    private boolean json;

    @Option(
            names = "--until-eof",
            description = "end when standard input ends, too: a program that starts this server takes it along")
    private boolean untilEof;

    private volatile boolean inputEnded;

    @Mixin
    private final ComputeOptions machine = new ComputeOptions();

    ServeCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requirePort();
        ModelReference references = new ModelReference(context.home());
        List<Adapted> adapted = new ArrayList<>();
        for (String adapter : adapters) {
            adapted.add(new Adapted(name(adapter), references.adapter(adapter)));
        }
        requireOwnNames(adapted);
        if (untilEof) {
            Thread.ofPlatform().daemon().name("gantry-serve-input").start(this::awaitEof);
        }
        try (Backend backend = machine.open(context);
                ServedModel served =
                        ServedModel.open(backend, name(model), references.folder(model), adapted, WAITING);
                ModelServer server = new ModelServer(served, access(), port, this::log)) {
            announce(served, server);
            while (!context.progress().cancelled() && !inputEnded) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
        return ExitCode.OK.value();
    }

    private void awaitEof() {
        try {
            while (context.in().readLine() != null) {
                // nothing is said here, only the end counts
            }
        } catch (IOException _) {
            // an input that breaks has ended, too
        }
        inputEnded = true;
    }

    private ServerAccess access() throws IOException {
        return new ServerAccess(keys(), Set.copyOf(origins));
    }

    /// The home's own key is looked up for each request, so that a renewed one counts at once.
    private ServerAccess.@Nullable Keys keys() throws IOException {
        String given = key;
        if (noKey) {
            return null;
        }
        if (given != null) {
            return () -> given;
        }
        ServerKey.of(context.home());
        return () -> ServerKey.current(context.home());
    }

    private void requirePort() {
        if (port < 0 || port > ServeOrder.LAST_PORT) {
            throw GantryException.usage(
                    "SERVE-PORT",
                    "cannot serve on port " + port,
                    "ports go from 1 to 65535",
                    "leave --port out for " + ServeOrder.USUAL_PORT);
        }
    }

    private void requireOwnNames(List<Adapted> adapted) {
        Set<String> names = new HashSet<>(Set.of(name(model)));
        for (Adapted one : adapted) {
            if (!names.add(one.id())) {
                throw GantryException.usage(
                        "SERVE-NAMES",
                        "cannot serve two models under the name " + one.id(),
                        "clients choose between them by name",
                        "import one of them under another name with gantry import --name");
            }
        }
    }

    /// A path is served under its last name.
    private static String name(String given) {
        return String.valueOf(Path.of(given).toAbsolutePath().normalize().getFileName());
    }

    private void announce(ServedModel served, ModelServer server) throws IOException {
        PrintWriter out = context.out();
        if (json) {
            out.println(
                    new ServeEvent.Begun(Instant.now(), server.base().toString(), served.ids(), served.contextTokens())
                            .line());
        } else {
            String asked = noKey ? "none is asked for" : key == null ? ServerKey.of(context.home()) : key;
            out.println(
                    "serving   " + String.join(", ", served.ids()) + ", up to " + served.contextTokens() + " tokens");
            out.println("base URL  " + server.base());
            out.println("key       " + asked);
            out.println("Ctrl-C ends");
        }
        out.flush();
    }

    private synchronized void log(ServerLog.Entry entry) {
        if (json) {
            context.out()
                    .println(new ServeEvent.Answered(
                                    Instant.now(),
                                    entry.method(),
                                    entry.path(),
                                    entry.status(),
                                    entry.model(),
                                    entry.promptTokens(),
                                    entry.newTokens(),
                                    entry.seconds())
                            .line());
            context.out().flush();
            return;
        }
        PrintWriter err = context.err();
        err.printf(
                Locale.ROOT,
                "%s %s %d %s %d + %d tokens %.1f s%n",
                entry.method(),
                entry.path(),
                entry.status(),
                entry.model().isEmpty() ? "-" : entry.model(),
                entry.promptTokens(),
                entry.newTokens(),
                entry.seconds());
        err.flush();
    }
}
