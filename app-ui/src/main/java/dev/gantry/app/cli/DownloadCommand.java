package dev.gantry.app.cli;

import dev.gantry.app.library.Import;
import dev.gantry.app.library.Import.Found;
import dev.gantry.app.library.Import.FoundAdapter;
import dev.gantry.app.library.Import.FoundModel;
import dev.gantry.app.library.Import.Weights;
import dev.gantry.zoo.hub.HubAccess;
import dev.gantry.zoo.hub.HubClient;
import dev.gantry.zoo.hub.HubDownload;
import dev.gantry.zoo.hub.HubListing;
import dev.gantry.zoo.hub.RepoId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry download REPO`: a model from Hugging Face's hub, checked and imported; the one command that uses the
/// network.
@Command(
        name = "download",
        mixinStandardHelpOptions = true,
        description = "Downloads a model or an adapter from Hugging Face and imports it; goes on where an earlier try"
                + " ended. HF_TOKEN gives a token for models that ask for one, HF_ENDPOINT a mirror.")
final class DownloadCommand implements Callable<Integer> {
    private static final int SHORT_COMMIT = 12;

    private final CliContext context;

    @Parameters(paramLabel = "REPO", description = "its name, such as owner/name, or the address of its page")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String repo;

    @Option(names = "--revision", paramLabel = "REV", description = "a branch, tag or commit (${DEFAULT-VALUE})")
    private String revision = "main";

    @Option(names = "--to", paramLabel = "DIR", description = "a new folder (default: in the home folder's models)")
    private @Nullable Path target;

    @Option(names = "--name", defaultValue = "", description = "the name to import it under; the folder's by default")
    private String name = "";

    @Option(names = "--endpoint", paramLabel = "URL", description = "a mirror of the hub")
    private @Nullable String endpoint;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    DownloadCommand(CliContext context) {
        this.context = context;
    }

    /// What a script reads.
    private record Outcome(HubListing listing, Path folder, Found imported) {}

    @Override
    public Integer call() throws IOException {
        RepoId id = RepoId.parse(repo);
        Path folder = target != null ? target : context.home().models().resolve(id.folderName());
        HubAccess usual = HubAccess.of(System.getenv());
        HubAccess access = endpoint == null ? usual : HubAccess.at(endpoint, usual.token());
        HubListing listing;
        try (HubClient client = new HubClient(access, context.progress())) {
            listing = client.list(id, revision);
            if (!json) {
                print(listing);
            }
            new HubDownload(client, context.progress()).run(listing, folder);
        }
        Found found = imported(folder);
        if (json) {
            context.printJson(new Outcome(listing, folder, found));
        } else {
            context.out().println("wrote " + folder);
            new FoundPrinter(context.out()).print(found);
            context.out().println("imported as " + found.name());
        }
        return ExitCode.OK.value();
    }

    /// Every byte was checked; what the weights say is still read once.
    private Found imported(Path folder) throws IOException {
        Found found = new Import(Clock.systemUTC(), context.progress()).inspect(folder, name, Weights.READ);
        try (var catalog = context.openCatalog()) {
            switch (found) {
                case FoundModel model -> catalog.models().put(model.entry());
                case FoundAdapter adapter -> catalog.adapters().put(adapter.entry());
            }
        }
        return found;
    }

    private void print(HubListing listing) {
        context.out()
                .println(listing.repo().name() + " at "
                        + listing.commit().substring(0, SHORT_COMMIT) + ", licence "
                        + (listing.license().isEmpty() ? "not given" : listing.license()) + ", "
                        + Quantity.bytes(listing.bytes()));
        listing.chosen()
                .forEach(file -> context.out().printf("  %-40s %12s%n", file.path(), Quantity.bytes(file.bytes())));
        context.out().flush();
    }
}
