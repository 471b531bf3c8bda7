# The gateway: WebSockets, REST reads and the web client's files.
#   docker build -f deploy/gateway.Dockerfile -t itori/gateway .
# From a folder made by `dotnet publish` instead (no SDK image, no network):
#   docker build -f deploy/gateway.Dockerfile -t itori/gateway --target published PUBLISHED_FOLDER
ARG DOTNET_VERSION=10.0
ARG NODE_VERSION=20

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_VERSION} AS runtime
LABEL org.opencontainers.image.title="Itori gateway" \
      org.opencontainers.image.description="WebSocket gateway and web client of Itori" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["dotnet", "/app/Itori.Gateway.dll", "--health", "http://127.0.0.1:8080/health/live"]
USER $APP_UID
ENTRYPOINT ["dotnet", "/app/Itori.Gateway.dll"]

FROM runtime AS published
COPY . /app/

FROM node:${NODE_VERSION}-slim AS web
WORKDIR /web
COPY src/Itori.Web/package.json src/Itori.Web/package-lock.json ./
COPY src/Itori.Web/packages/client/package.json packages/client/
RUN npm ci --no-audit --no-fund
COPY src/Itori.Web/ ./
RUN npm run build

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET_VERSION} AS build
WORKDIR /source
# What restore reads, and nothing else: this layer is made anew only when a dependency changes.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Itori.Contracts/Itori.Contracts.csproj src/Itori.Contracts/
COPY src/Itori.Streams/Itori.Streams.csproj src/Itori.Streams/
COPY src/Itori.Gateway/Itori.Gateway.csproj src/Itori.Gateway/
COPY src/Itori.Web/Itori.Web.targets src/Itori.Web/
RUN dotnet restore src/Itori.Gateway
COPY src/ src/
RUN dotnet publish src/Itori.Gateway -c Release --no-restore -o /app -p:SkipWeb=true -p:UseAppHost=false

FROM runtime AS final
COPY --from=build /app/ /app/
COPY --from=web /web/dist/ /app/web/
