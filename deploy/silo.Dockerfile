# The silo: sessions, concept graphs, fields and assistants.
#   docker build -f deploy/silo.Dockerfile -t itori/silo .
# From a folder made by `dotnet publish` instead (no SDK image, no network):
#   docker build -f deploy/silo.Dockerfile -t itori/silo --target published PUBLISHED_FOLDER
ARG DOTNET_VERSION=10.0

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_VERSION} AS runtime
LABEL org.opencontainers.image.title="Itori silo" \
      org.opencontainers.image.description="Orleans silo of Itori: sessions, concept graphs, fields, assistants" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0
# 8080 health, 11111 silo to silo, 30000 gateway to silo.
EXPOSE 8080 11111 30000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["dotnet", "/app/Itori.Silo.dll", "--health", "http://127.0.0.1:8080/health/ready"]
USER $APP_UID
ENTRYPOINT ["dotnet", "/app/Itori.Silo.dll"]

FROM runtime AS published
COPY . /app/

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET_VERSION} AS build
WORKDIR /source
# What restore reads, and nothing else: this layer is made anew only when a dependency changes.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Itori.Contracts/Itori.Contracts.csproj src/Itori.Contracts/
COPY src/Itori.Grains/Itori.Grains.csproj src/Itori.Grains/
COPY src/Itori.Journal/Itori.Journal.csproj src/Itori.Journal/
COPY src/Itori.Numerics/Itori.Numerics.csproj src/Itori.Numerics/
COPY src/Itori.Silo/Itori.Silo.csproj src/Itori.Silo/
COPY src/Itori.Streams/Itori.Streams.csproj src/Itori.Streams/
COPY src/Itori.Text/Itori.Text.csproj src/Itori.Text/
RUN dotnet restore src/Itori.Silo
COPY src/ src/
RUN dotnet publish src/Itori.Silo -c Release --no-restore -o /app -p:UseAppHost=false

FROM runtime AS final
COPY --from=build /app/ /app/
