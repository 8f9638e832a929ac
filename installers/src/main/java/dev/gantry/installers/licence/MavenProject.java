package dev.gantry.installers.licence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/// What Maven knows of a jar in its repository: the project file beside it, or else that of its parents.
///
/// @param licences the names of the licences it offers a choice of
record MavenProject(String group, String artifact, String version, List<String> licences) {
    private static final String END = ".pom";

    MavenProject {
        licences = List.copyOf(licences);
    }

    /// Reads what is said of a jar; empty when no project file lies beside it, as of those that were built here.
    ///
    /// @param jar in a folder of its version in a folder of its name, as in Maven's repository
    static Optional<MavenProject> of(Path jar) throws IOException {
        Path folder = jar.toAbsolutePath().resolveSibling(".").normalize();
        String version = folder.getFileName().toString();
        String artifact = folder.resolveSibling(".").normalize().getFileName().toString();
        Path file = folder.resolve(artifact + "-" + version + END);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Element project = read(file);
        String group = text(project, "groupId")
                .or(() -> parent(project).flatMap(of -> text(of, "groupId")))
                .orElseThrow();
        Path repository = folder;
        for (int steps = group.split("\\.", -1).length + 2; steps > 0; steps--) {
            repository = repository.resolveSibling(".").normalize();
        }
        return Optional.of(new MavenProject(group, artifact, version, licences(project, repository)));
    }

    private static List<String> licences(Element project, Path repository) throws IOException {
        Optional<Element> named = child(project, "licenses");
        if (named.isPresent()) {
            List<String> names = new ArrayList<>();
            for (Element licence : children(named.get(), "license")) {
                text(licence, "name").ifPresent(names::add);
            }
            return names;
        }
        Optional<Element> parent = parent(project);
        if (parent.isEmpty()) {
            return List.of();
        }
        String artifact = text(parent.get(), "artifactId").orElseThrow();
        String version = text(parent.get(), "version").orElseThrow();
        Path folder =
                repository.resolve(text(parent.get(), "groupId").orElseThrow().replace('.', '/'));
        Path file = folder.resolve(artifact).resolve(version).resolve(artifact + "-" + version + END);
        return Files.isRegularFile(file) ? licences(read(file), repository) : List.of();
    }

    private static Element read(Path file) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            return factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(file + " is no project file", e);
        }
    }

    private static Optional<Element> parent(Element project) {
        return child(project, "parent");
    }

    private static Optional<Element> child(Element of, String name) {
        return children(of, name).stream().findFirst();
    }

    private static List<Element> children(Element of, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static Optional<String> text(Element of, String name) {
        return child(of, name).map(element -> element.getTextContent().strip());
    }
}
