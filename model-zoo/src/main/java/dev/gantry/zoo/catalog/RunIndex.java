package dev.gantry.zoo.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Brings the catalog up to what the run folders say; they are the truth.
final class RunIndex {
    private static final System.Logger LOG = System.getLogger(RunIndex.class.getName());

    private final Path runsFolder;
    private final EntryTable<RunEntry> runs;
    private final MetricTable metrics;
    private final RunEvents events = new RunEvents();
    private final JsonMapper mapper = new JsonMapper();

    RunIndex(Path runsFolder, EntryTable<RunEntry> runs, MetricTable metrics) {
        this.runsFolder = runsFolder;
        this.runs = runs;
        this.metrics = metrics;
    }

    void refresh() throws IOException {
        var folders = runFolders();
        var ids =
                folders.stream().map(folder -> folder.getFileName().toString()).collect(Collectors.toSet());
        for (var run : runs.all()) {
            if (!ids.contains(run.id())) {
                metrics.removeAll(run.id());
                runs.remove(run.id());
            }
        }
        for (var folder : folders) {
            refresh(folder);
        }
    }

    private List<Path> runFolders() throws IOException {
        if (!Files.isDirectory(runsFolder)) {
            return List.of();
        }
        try (var entries = Files.list(runsFolder)) {
            return entries.filter(folder -> Files.isRegularFile(folder.resolve("config.json")))
                    .sorted()
                    .toList();
        }
    }

    private void refresh(Path folder) throws IOException {
        String id = folder.getFileName().toString();
        var known = runs.find(id);
        long readBytes = known.map(RunEntry::eventsReadBytes).orElse(0L);
        String state = known.map(RunEntry::state).orElse("");
        boolean more = true;
        while (more) {
            var news = events.readFrom(folder, readBytes);
            // the points go in before the mark that says so: a kill between the two only reads them again
            metrics.removeAfter(id, news.lastCountingStep());
            metrics.add(id, news.points());
            state = news.state().isEmpty() ? state : news.state();
            more = news.readBytes() > readBytes;
            readBytes = news.readBytes();
        }
        JsonNode config = config(folder);
        Instant changed = Files.getLastModifiedTime(folder).toInstant();
        runs.put(new RunEntry(
                id,
                folder,
                config.path("stage").asString(""),
                config.path("model").asString(""),
                state,
                changed,
                readBytes));
    }

    private JsonNode config(Path folder) throws IOException {
        try {
            return mapper.readTree(Files.readAllBytes(folder.resolve("config.json")));
        } catch (JacksonException e) {
            LOG.log(System.Logger.Level.WARNING, "the settings of the run " + folder + " are no JSON", e);
            return mapper.createObjectNode();
        }
    }
}
